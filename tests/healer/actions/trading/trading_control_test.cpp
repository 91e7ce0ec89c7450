#include "healer/actions/trading/trading_control.h"

#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "base/text/json.h"
#include "healer/config/config.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/scripted_server.h"

using base::http::json;
using tests::compile;
using namespace std::chrono_literals;

namespace {

const healer::Target kAll{"trading", "trading"};
const healer::actions::RunId kRun{"INC-17/2@2025-12-17T17:06:14.759Z"};
const std::string kEcho = R"("request_id":"INC-17/2@2025-12-17T17:06:14.759Z")";
const tests::ScriptedServer::Route kPause{"POST", "/control/pause"};
const tests::ScriptedServer::Route kClose{"POST", "/control/close-all"};

struct Fixture {
  tests::ScriptedServer server{{kPause,
                                kClose,
                                {"POST", "/control/safe-profile"},
                                {"POST", "/control/no-new-trades"},
                                {"POST", "/control/defensive-exit"},
                                {"POST", "/control/resume"},
                                {"POST", "/v2/halt"}}};
  base::SystemClock clock;
  base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  healer::TradingConfig trading;

  Fixture() { trading.url = server.url(); }

  base::Result<healer::actions::Outcome> run(const std::string& action, base::Duration timeout = 20s,
                                             const std::string& parameters = "{every: 10ms}") {
    const auto with = compile(action, parameters, {nowhere, clock, &trading});
    REQUIRE(with.problems == "");
    return with.action->run_as(kRun, kAll, base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "each order goes to its own address with the run's id, and the answer is reported") {
  const auto [action, path] = GENERATE(table<std::string, std::string>({
      {"pause_trading", "/control/pause"},
      {"switch_to_safe_profile", "/control/safe-profile"},
      {"no_new_trades", "/control/no-new-trades"},
      {"defensive_exit", "/control/defensive-exit"},
      {"close_all_positions", "/control/close-all"},
      {"resume_trading", "/control/resume"},
  }));
  server.answer(
      {"POST", path},
      json(200, "{\"acknowledged\":true,\"detail\":\"done so\",\"open_positions\":0," + kEcho + "}"));
  const auto outcome = run(action);
  REQUIRE(outcome);
  CHECK(outcome->detail ==
        "the trading system acknowledged " + action + " as " + kRun.id + ": done so; 0 open positions");
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].path == path);
  const auto body = base::parse_json(server.requests()[0].body);
  REQUIRE(body);
  CHECK(body->at("request_id") == kRun.id);
  CHECK(body->at("action") == action);
}

TEST_CASE_METHOD(Fixture, "resuming names the one restriction that is lifted, where it is about one") {
  server.answer({"POST", "/control/resume"}, json(200, "{\"acknowledged\":true," + kEcho + "}"));
  const auto undoes = GENERATE(as<std::string>{}, "", "pause_trading", "switch_to_safe_profile");
  REQUIRE(run("resume_trading", 20s, undoes.empty() ? "{every: 10ms}" : "{undoes: " + undoes + "}"));
  const auto body = base::parse_json(server.requests()[0].body);
  REQUIRE(body);
  CHECK(body->contains("undoes") == !undoes.empty());
  if (!undoes.empty()) CHECK(body->at("undoes") == undoes);
}

TEST_CASE_METHOD(Fixture,
                 "only what restricts trading is undone by resuming, and nothing else names what it undoes") {
  const healer::actions::World world{nowhere, clock, &trading};
  CHECK_THAT(compile("resume_trading", "{undoes: container_stop}", world).problems,
             Catch::Contains("undoes"));
  CHECK_THAT(compile("pause_trading", "{undoes: pause_trading}", world).problems, Catch::Contains("undoes"));
}

TEST_CASE_METHOD(Fixture, "the token of the trading section is sent, and the path may be another") {
  tests::TemporaryFolder folder;
  REQUIRE(base::write_atomically(folder.file("token"), "t0ken\n", 0600));
  trading.http.credentials_file = folder.file("token");
  server.answer({"POST", "/v2/halt"}, json(200, "{\"acknowledged\":true," + kEcho + "}"));
  const auto outcome = run("pause_trading", 20s, "{path: /v2/halt}");
  REQUIRE(outcome);
  CHECK(outcome->detail == "the trading system acknowledged pause_trading as " + kRun.id);
  CHECK(server.requests()[0].header("Authorization") == "Bearer t0ken");
}

TEST_CASE_METHOD(Fixture, "what was lost or is not done yet is asked again with the same id") {
  server.answer_once(kPause, json(503, "{}"));
  server.answer_once(kPause, json(202, "{}"));
  server.answer_once(kPause, json(429, "{}"));
  server.answer(kPause, json(200, "{\"acknowledged\":true," + kEcho + "}"));
  REQUIRE(run("pause_trading"));
  const auto requests = server.requests();
  REQUIRE(requests.size() == 4);
  for (const auto& request : requests) CHECK(request.body == requests[0].body);
}

TEST_CASE_METHOD(Fixture, "only an acknowledgement of this very run counts") {
  const auto [action, status, body, error] = GENERATE(table<std::string, int, std::string, std::string>({
      {"pause_trading", 401, "who are you", "status 401: who are you"},
      {"pause_trading", 404, "", "status 404"},
      {"pause_trading", 200, "", "the answer: "},
      {"pause_trading", 200, "[]", "is not an object"},
      {"pause_trading", 200, "{" + kEcho + "}", "not acknowledged: "},
      {"pause_trading", 200, "{\"acknowledged\":false," + kEcho + "}", "not acknowledged: "},
      {"pause_trading", 200, R"({"acknowledged":true})", "another request_id"},
      {"pause_trading", 200, R"({"acknowledged":true,"request_id":"INC-1/1"})", "another request_id"},
      {"close_all_positions", 200, "{\"acknowledged\":true," + kEcho + "}",
       "does not contain open_positions"},
      {"close_all_positions", 200, "{\"acknowledged\":true,\"open_positions\":2," + kEcho + "}",
       "with 2 positions still open"},
  }));
  server.answer({"POST", action == "pause_trading" ? "/control/pause" : "/control/close-all"},
                json(status, body));
  const auto outcome = run(action);
  CAPTURE(action, status, body);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message,
             Catch::StartsWith("trading system: " + action + ": ") && Catch::Contains(error));
  CHECK(server.requests().size() == 1);
}

TEST_CASE_METHOD(Fixture, "without an acknowledgement in time it is a failure that says what was missing") {
  server.answer(kClose, json(202, "{}"));
  const auto outcome = run("close_all_positions", 60ms);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message,
             Catch::Contains("not acknowledged in time: the request is accepted but not done yet"));
  trading.url = "http://127.0.0.1:1";
  CHECK_FALSE(run("pause_trading", 60ms));
}

TEST_CASE_METHOD(Fixture, "one that hangs is not waited for beyond the deadline") {
  trading.timeout = 50ms;
  server.hold();
  const auto outcome = run("pause_trading", 150ms);
  server.let_go();
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("not acknowledged in time: "));
}

TEST_CASE_METHOD(Fixture, "closing positions alone must not be repeated") {
  CHECK(compile("close_all_positions", "{}", {nowhere, clock, &trading}).properties.repetition ==
        healer::actions::Repetition::kNotRepeatable);
  CHECK(compile("pause_trading", "{}", {nowhere, clock, &trading}).properties.repetition ==
        healer::actions::Repetition::kRepeatable);
}

TEST_CASE_METHOD(Fixture, "orders to trading need to know where it is, and a path that is one") {
  CHECK_THAT(compile("pause_trading", "{}", {nowhere, clock}).problems,
             Catch::Contains("pause_trading needs the section `trading`"));
  const auto parameters = GENERATE("{path: control}", "{path: '/a b'}", "{every: 0s}", "{url: 'http://x'}");
  CHECK(compile("pause_trading", parameters, {nowhere, clock, &trading}).problems != "");
}
