#include "exporter/tail/config.h"

#include <string>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using exporter::tail::read_file_sources;

namespace {

std::string problems_of(const std::string& text) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse(text, "exporter.yml", problems);
  read_file_sources(root.optional("files"));
  return problems.str();
}

}  // namespace

TEST_CASE("file sources are read with all they may have") {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse(R"(
files:
  - source: bot
    path: /var/log/quantum/bot.log
  - source: all
    glob: /var/log/quantum/*.log
    start: beginning
    start_pattern: '^\d{4}-'
    level_patterns:
      - {pattern: 'circuit breaker open', level: critical}
      - {pattern: 'retrying', level: info}
)",
                                      "exporter.yml", problems);
  const auto plans = read_file_sources(root.optional("files"));
  CAPTURE(problems.str());
  REQUIRE(problems.empty());
  REQUIRE(plans.size() == 2);
  REQUIRE(plans[0].name == "bot");
  REQUIRE(plans[1].name == "all");
  REQUIRE(plans[0].text != plans[1].text);

  const tests::FakeClock clock;
  exporter::tail::Registry registry(clock);
  const auto source = plans[0].make({registry, nullptr, clock, false});
  REQUIRE(registry.find("bot") != nullptr);
}

TEST_CASE("no files are no sources") { REQUIRE(problems_of("state: /x\n").empty()); }

TEST_CASE("every problem of the file sources is reported at once") {
  const auto problems = problems_of(R"(files:
  - path: relative.log
  - source: twice
    path: /a.log
    glob: /b*.log
  - source: twice
    path: /var/log/*.log
    start: middle
    level_patterns:
      - {pattern: '(', level: fatal}
      - {level: error}
    paths: []
)");
  for (const auto* expected :
       {"exporter.yml:2: files[0].source", "files[0].path: \"relative.log\" is not an absolute path",
        "files[1]: expected either \"path\" or \"glob\"", "source \"twice\" is already declared",
        "files[2].path: \"/var/log/*.log\" is a pattern", "files[2].start",
        "files[2].level_patterns[0].pattern", "files[2].level_patterns[0].level",
        "files[2].level_patterns[1].pattern", "unknown key \"paths\""}) {
    CAPTURE(expected, problems);
    REQUIRE(problems.find(expected) != std::string::npos);
  }
}
