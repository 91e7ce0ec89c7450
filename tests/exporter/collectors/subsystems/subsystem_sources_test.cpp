#include "exporter/collectors/subsystems/subsystem_sources.h"

#include "tests/catch.h"

using exporter::collectors::read_sources;

namespace {

struct Fixture {
  base::Inventory inventory{.subsystems = {{"event_executor", "", "critical", "critical", "", {}},
                                           {"logging", "", "none", "normal", "", {}}},
                            .other_containers = {}};
  base::yaml::Problems problems;

  exporter::collectors::SourcesBySubsystem read(const char* yml) {
    return read_sources(base::yaml::parse(yml, "x.yml", problems), inventory);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "every kind of source") {
  const auto sources = read(R"(
event_executor:
  state_file:
    path: /state.json
    time: {pointer: /last_cycle, timezone: Europe/Berlin}
    items: {symbols: /symbols}
    calls: /calls
    errors: /errors
  file_sets: {models: [/a, /b]}
logging:
  newest_file: /log/*.log
)");
  REQUIRE(problems.str().empty());
  const auto& executor = sources.at("event_executor");
  REQUIRE(executor.state_file->path == "/state.json");
  REQUIRE(executor.state_file->time->pointer == "/last_cycle");
  REQUIRE(executor.state_file->has_json());
  REQUIRE(executor.state_file->items[0] == std::pair<std::string, std::string>("symbols", "/symbols"));
  REQUIRE(executor.file_sets[0].second.size() == 2);
  REQUIRE(executor.state_file->calls == "/calls");
  REQUIRE(executor.state_file->errors == "/errors");
  REQUIRE(sources.at("logging").newest_file == "/log/*.log");
  REQUIRE_FALSE(sources.at("logging").state_file);
}

TEST_CASE_METHOD(Fixture, "each kind of mistake in a source is reported with its place") {
  const auto [yml, expected] = GENERATE(table<const char*, const char*>({
      {"ghost: {}", "x.yml:1: ghost: subsystems.yml has no subsystem \"ghost\""},
      {"logging: {newest_fil: /x}",
       "x.yml:1: logging: unknown key \"newest_fil\" (did you mean \"newest_file\"?)"},
      {"logging: {newest_file: log/*.log}",
       "x.yml:1: logging.newest_file: \"log/*.log\" is not an absolute path"},
      {"logging: {state_file: {}}", "x.yml:1: logging.state_file"},
      {"logging: {state_file: {path: /x}, newest_file: /y}",
       "x.yml:1: logging.newest_file: the subsystem's time already comes from state_file"},
      {"logging: {state_file: {path: /x, time: {pointer: last}}}",
       "x.yml:1: logging.state_file.time.pointer: \"last\" is not a JSON pointer; expected one such as "
       "/last_cycle"},
      {"logging: {state_file: {path: /x, items: {n: /a~2}}}",
       "x.yml:1: logging.state_file.items.n: \"/a~2\" is not a JSON pointer"},
      {"logging: {state_file: {path: /x, time: {pointer: /t, timezone: Mars}}}",
       "x.yml:1: logging.state_file.time.timezone: \"Mars\" is not a time zone"},
      {"logging: {state_file: {path: /x, calls: calls}}",
       "x.yml:1: logging.state_file.calls: \"calls\" is not a JSON pointer"},
      {"logging: {state_file: {path: /x, errors: /e}}",
       "x.yml:1: logging.state_file.errors: requires calls: errors are counted as a share of calls"},
      {"logging: {file_sets: {models: /x}}", "x.yml:1: logging.file_sets.models"},
  }));
  CAPTURE(yml);
  read(yml);
  INFO(problems.str());
  REQUIRE(problems.str().find(expected) != std::string::npos);
}
