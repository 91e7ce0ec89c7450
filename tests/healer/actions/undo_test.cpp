#include "healer/actions/undo.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "healer/config/config.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/fake_engine.h"
#include "tests/healer/scripted_server.h"

using namespace healer;
using namespace std::chrono_literals;
using actions::Outcome;
using tests::compile;

namespace {

struct Fixture {
  tests::FakeEngine engine;
  base::SystemClock clock;
  tests::TemporaryFolder folder;
  actions::World world{engine.docker, clock};

  Outcome run(actions::Action& action) {
    auto outcome = action.run(tests::kTarget, base::Deadline::after(clock, 20s));
    REQUIRE(outcome);
    return *outcome;
  }
  Outcome run(const std::string& action, const std::string& parameters) {
    const auto compiled = compile(action, parameters, world);
    REQUIRE(compiled.problems == "");
    return run(*compiled.action);
  }
  Outcome take_back(const Outcome& outcome) {
    REQUIRE(outcome.undo);
    const auto made = actions::make(*outcome.undo, world);
    REQUIRE(made);
    return run(**made);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a control file that was not there goes again") {
  const std::string off = "{file: {path: " + folder.file("off") + ", content: 'of \"salus\"'}}";
  const Outcome done = run("disable_module", off);
  CHECK(done.undo->action == "enable_module");
  const Outcome again = run("disable_module", off);
  CHECK(take_back(again).detail == "removed " + folder.file("off"));
  CHECK_FALSE(std::filesystem::exists(folder.file("off")));
}

TEST_CASE_METHOD(Fixture, "a control file becomes what it was before, with its mode") {
  folder.write("off", "two\nlines\n");
  std::filesystem::permissions(folder.file("off"), std::filesystem::perms(0600));
  const Outcome done = run("enable_module", "{file: {path: " + folder.file("off") + ", absent: true}}");
  CHECK(done.undo->action == "disable_module");
  CHECK_FALSE(std::filesystem::exists(folder.file("off")));
  take_back(done);
  CHECK(folder.read("off") == "two\nlines\n");
  CHECK(std::filesystem::status(folder.file("off")).permissions() == std::filesystem::perms(0600));
  CHECK_FALSE(run("enable_module", "{file: {path: " + folder.file("none") + ", absent: true}}").undo);
}

TEST_CASE_METHOD(Fixture, "what is no text, or too long for a control file, cannot be put back") {
  folder.write("off", "\xff\xfe");
  CHECK_FALSE(run("enable_module", "{file: {path: " + folder.file("off") + ", absent: true}}").undo);
  folder.write("off", std::string(5000, 'x'));
  CHECK_FALSE(run("enable_module", "{file: {path: " + folder.file("off") + ", absent: true}}").undo);
}

TEST_CASE_METHOD(Fixture, "a request is undone by the request that stands beside it, also where it failed") {
  const std::vector<tests::ScriptedServer::Route> routes{{"POST", "/off/*"}, {"POST", "/on/*"}};
  tests::ScriptedServer server(routes);
  const std::string http = "http: {url: '" + server.url() + "/off/{{target}}'}";
  CHECK_FALSE(run("disable_module", "{" + http + "}").undo);
  const std::string both =
      "{" + http + ", undo: {http: {url: '" + server.url() + "/on/{{target}}', statuses: [200, 204]}}}";
  const Outcome done = run("disable_module", both);
  take_back(done);
  CHECK(server.requests().back().path == "/on/quantum_trading_bot");
  const auto compiled = compile("disable_module", both, world);
  CHECK(compiled.action->undo_of_failure() == done.undo);
  CHECK(compile("disable_module", "{file: {path: /x, content: y}, undo: {http: {url: 'http://a'}}}", world)
            .problems != "");
}

TEST_CASE_METHOD(Fixture, "a file's original comes back") {
  folder.write("model", "new");
  std::filesystem::create_symlink("model", folder.file("now"));
  folder.write("backup", "old");
  const Outcome done =
      run("fallback_to_backup", "{link: {path: " + folder.file("now") + ", backup: backup}}");
  CHECK(std::filesystem::read_symlink(folder.file("now")) == "backup");
  take_back(done);
  CHECK(std::filesystem::read_symlink(folder.file("now")) == "model");
}

TEST_CASE_METHOD(Fixture, "a stopped container is started, a restarted one is what it is") {
  take_back(run("container_stop", "{}"));
  CHECK(engine.commands() ==
        std::vector<std::string>{"stop quantum_trading_bot", "start quantum_trading_bot"});
  CHECK_FALSE(run("container_restart", "{settle: 0s}").undo);
}

TEST_CASE_METHOD(Fixture, "what restricts trading is lifted, also where its acknowledgement was lost") {
  TradingConfig trading;
  trading.url = "http://127.0.0.1:1";
  world.trading = &trading;
  for (const char* name : {"pause_trading", "no_new_trades", "switch_to_safe_profile", "defensive_exit"}) {
    const auto compiled = compile(name, "{}", world);
    REQUIRE(compiled.problems == "");
    REQUIRE(compiled.action->undo_of_failure());
    CHECK(*compiled.action->undo_of_failure() == Undo{"resume_trading", "{}"});
  }
  for (const char* name : {"resume_trading", "close_all_positions"})
    CHECK_FALSE(compile(name, "{}", world).action->undo_of_failure());
  REQUIRE(actions::make(Undo{"resume_trading", "{}"}, world));
  world.trading = nullptr;
  const auto nowhere = actions::make(Undo{"resume_trading", "{}"}, world);
  REQUIRE_FALSE(nowhere);
  CHECK_THAT(nowhere.error().message, Catch::Contains("needs the section `trading`"));
}

TEST_CASE_METHOD(Fixture, "only what takes something back is made, of parameters that it understands") {
  const auto refused = actions::make(Undo{"command", R"({"argv":["/bin/true"]})"}, world);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "\"command\" does not undo any action");
  CHECK_FALSE(actions::make(Undo{"restore_original", R"({"pfad":"/x"})"}, world));
  CHECK_FALSE(actions::make(Undo{"restore_original", "{{{"}, world));
  CHECK_THAT(actions::make(Undo{"", "{}"}, world).error().message,
             Catch::Contains("does not undo any action"));
}

TEST_CASE("parameters are the same after they were written down") {
  base::yaml::Problems problems;
  const auto node = base::yaml::parse("a: 'x: \"y\" # z'\nb: [1, {c: true}]\nd: |\n  two\n  lines\ne:\n",
                                      "healer.yml", problems);
  const std::string text = actions::as_json(node).dump();
  const auto again = base::yaml::parse(text, "journal", problems);
  CHECK(problems.str() == "");
  CHECK(again.optional("a").string() == "x: \"y\" # z");
  CHECK(again.optional("b").items()[1].optional("c").boolean());
  CHECK(again.optional("d").string() == "two\nlines\n");
  CHECK_FALSE(again.optional("e").present());
}
