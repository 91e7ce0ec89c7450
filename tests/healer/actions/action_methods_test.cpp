#include "healer/actions/action_methods.h"

#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/fake_engine.h"
#include "tests/healer/scripted_server.h"

using tests::compile;
using namespace std::chrono_literals;

namespace {

const healer::Target kModel{"subsystem", "ai_model"};

}  // namespace

TEST_CASE("a purpose is named before the way in which it is done") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto [action, parameters, words] = GENERATE(table<std::string, std::string, std::string>({
      {"reload_config", "{signal: SIGHUP}",
       "reload its configuration: send SIGHUP to container quantum_trading_bot"},
      {"reload_config", "{http: {url: 'http://a:1/-/reload'}}",
       "reload its configuration: POST http://a:1/-/reload"},
      {"disable_module", "{file: {path: /srv/off, content: 'yes'}}",
       "turn the module off: write \"yes\" to /srv/off"},
      {"enable_module", "{file: {path: /srv/off, absent: true}}", "turn the module on: remove /srv/off"},
      {"disable_module", "{http: {url: 'http://a:1/{{target}}/off'}}",
       "turn the module off: POST http://a:1/quantum_trading_bot/off"},
      {"disable_module", "{redis: {address: 'a:1', key: 'off:{{target}}', value: 1}}",
       "turn the module off: set off:quantum_trading_bot to \"1\" in database 0 of Redis at a:1"},
      {"clear_cache", "{redis: {address: 'a:1', patterns: ['cache:*']}}",
       "clear the cache: in database 0 of Redis at a:1: remove every key matching cache:*"},
      {"clear_cache", "{files: {folder: /var/cache/quantum, include: ['*.bin']}}",
       "clear the cache: in /var/cache/quantum: remove every file matching *.bin"},
  }));
  const auto compiled = compile(action, parameters, {nowhere, clock});
  REQUIRE(compiled.problems == "");
  CHECK(compiled.action->describe(tests::kTarget) == words);
}

TEST_CASE("a way acts, and can act on what it could by itself") {
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const healer::actions::World world{engine.docker, clock};
  const auto signal = compile("reload_config", "{signal: SIGHUP}", world);
  REQUIRE(signal.action->run(tests::kTarget, base::Deadline::after(clock, 20s)));
  CHECK(engine.commands() == std::vector<std::string>{"kill quantum_trading_bot SIGHUP"});
  CHECK(signal.properties.acts_on("container"));
  CHECK_FALSE(signal.properties.acts_on("subsystem"));

  tests::ScriptedServer server{{{"POST", "/off/*"}}};
  const auto http = compile("disable_module", "{http: {url: '" + server.url() + "/off/{{target}}'}}", world);
  CHECK(http.properties.acts_on("subsystem"));
  REQUIRE(http.action->run(kModel, base::Deadline::after(clock, 20s)));
  CHECK(server.requests()[0].path == "/off/ai_model");
}

TEST_CASE("exactly one way is chosen, and its parameters are checked in their place") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto [action, parameters, problem] = GENERATE(table<std::string, std::string, std::string>({
      {"reload_config", "{}", "needs exactly one of: signal, http"},
      {"reload_config", "{signal: SIGHUP, http: {url: 'http://a/'}}", "needs exactly one of: signal, http"},
      {"reload_config", "{file: {path: /a}}",
       "parameters.file: unknown method; expected one of: signal, http"},
      {"disable_module", "{file: yes}", "parameters.file: must be a map"},
      {"disable_module", "{file: {path: off}}", "parameters.file.path: \"off\" is not the absolute path"},
      {"clear_cache", "{http: {url: 'ftp://a'}}", "parameters.http.url: a URL must begin with"},
  }));
  const auto compiled = compile(action, parameters, {nowhere, clock});
  CHECK_THAT(compiled.problems, Catch::Contains(problem));
}
