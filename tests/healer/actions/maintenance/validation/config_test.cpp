#include "healer/actions/maintenance/validation/config.h"

#include "tests/catch.h"

using namespace std::chrono_literals;
using namespace healer;

namespace {

std::pair<ValidationConfig, std::string> read(const std::string& text) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse(text, "healer.yml", problems);
  auto config = validation::read_validation(root.optional("validation"));
  return {std::move(config), problems.str()};
}

}  // namespace

TEST_CASE("a validation of facts only needs no configuration") {
  const auto [config, problems] = read("{}");
  CHECK(problems.empty());
  CHECK(config.modules.empty());
  CHECK(config.min_file_bytes == 101);
  CHECK(config.timeout == 5min);
}

TEST_CASE("a validation is read in full") {
  const auto [config, problems] = read(R"(
validation:
  modules:
    - {name: ai, argv: [/usr/bin/python3, -c, import ai], directory: /srv/quantum, timeout: 10s, max_memory_bytes: 33554432}
    - {name: bot, argv: [/bin/true]}
  modules_required: 1
  smoke:
    - {name: bot, argv: [/bin/true], heal: restart_module, container: quantum_trading_bot}
  min_file_bytes: 1
  parallel: 2
  timeout: 1m
)");
  CHECK(problems.empty());
  REQUIRE(config.modules.size() == 2);
  CHECK(config.modules[0].argv == std::vector<std::string>{"/usr/bin/python3", "-c", "import ai"});
  CHECK(config.modules[0].directory == "/srv/quantum");
  CHECK(config.modules[0].timeout == 10s);
  CHECK(config.modules[0].max_memory_bytes == 32 << 20);
  CHECK(config.modules_may_fail == 1);
  REQUIRE(config.smoke.size() == 1);
  CHECK(config.smoke[0].heal == "restart_module");
  CHECK(config.smoke[0].container == "quantum_trading_bot");
  CHECK(config.modules[0].heal.empty());
  CHECK(config.parallel == 2);
  CHECK(config.timeout == 1min);
}

TEST_CASE("what is wrong with a validation is reported with its place") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"validation: 5", "validation: must be a map"},
      {"validation: {phases: 5}", "unknown key \"phases\""},
      {"validation: {smoke: [x]}", "validation.smoke[0]: must be a map"},
      {"validation: {smoke: [{argv: [/bin/true]}]}", "name"},
      {"validation: {smoke: [{name: a, argv: []}]}", "validation.smoke[0].argv: must not be empty"},
      {"validation: {smoke: [{name: a, argv: [true.sh]}]}", "\"true.sh\" is not an absolute path"},
      {"validation: {smoke: [{name: a, argv: [/bin/true], directory: srv}]}",
       "\"srv\" is not an absolute path"},
      {"validation: {modules: [{name: a, argv: [/bin/true]}, {name: a, argv: [/bin/true]}]}",
       "validation.modules[1].name: there is a check \"a\" already"},
      {"validation: {modules: [{name: a, argv: [/bin/true]}], modules_required: 2}",
       "validation.modules_required"},
      {"validation: {parallel: 0}", "validation.parallel"},
      {"validation: {smoke: [{name: a, argv: [/bin/true], heal: restart_module}]}",
       "validation.smoke[0]: requires both heal and container, or neither"},
      {"validation: {integrations: [{name: a, argv: [/bin/true], heal: x, container: y}]}",
       "unknown key \"heal\""},
  }));
  CAPTURE(text);
  CHECK_THAT(read(text).second, Catch::Contains(problem));
}
