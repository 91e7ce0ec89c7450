#include "salusctl/command.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using healer::salusctl::Command;
using healer::salusctl::Output;
using healer::salusctl::Verb;
using nlohmann::json;

namespace {

using Route = tests::ScriptedServer::Route;
const Route kIncidents{"GET", "/api/v1/incidents"};
const Route kRelease{"POST", "/api/v1/incidents/*/release"};
const Route kPause{"POST", "/api/v1/pause"};
const Route kResume{"DELETE", "/api/v1/pause"};
const Route kPolicy{"GET", "/policy"};
const Route kHold{"POST", "/api/v1/policy/hold"};
const Route kHealth{"GET", "/health/system"};
const Route kTest{"POST", "/api/v1/notifications/test"};
const Route kIncident{"GET", "/api/v1/incidents/*"};
const Route kRun{"POST", "/api/v1/playbooks/*/run"};
const Route kUndo{"POST", "/api/v1/actions/*/*/undo"};
const Route kPlaybooks{"GET", "/api/v1/playbooks"};

base::http::Response success(const std::string& data) {
  return base::http::json(200, R"({"status":"success","data":)" + data + "}");
}

struct Fixture {
  tests::ScriptedServer healer{{kIncidents,
                                kIncident,
                                kRun,
                                kUndo,
                                kPlaybooks,
                                kRelease,
                                {"GET", "/api/v1/pause"},
                                kPause,
                                kResume,
                                kPolicy,
                                kHold,
                                {"POST", "/api/v1/policy/release"},
                                kTest,
                                kHealth}};
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  Command command;

  Fixture() {
    command.url = healer.url();
    command.token_file = folder.write("token", "sesame\n");
    command.operator_name = "alice";
    std::filesystem::permissions(command.token_file, std::filesystem::perms::owner_read);
    healer.answer(kIncidents, success("[]"));
    healer.answer({"GET", "/api/v1/pause"}, success(R"({"paused":false,"reason":"","until":null})"));
    healer.answer(kPolicy,
                  base::http::json(200, R"({"policy":"allow_all","level":0,"new_positions_allowed":true})"));
    for (const Route& route : {kRelease, kPause, kResume, kHold}) healer.answer(route, success("{}"));
  }
  Output run(Verb verb) {
    command.verb = verb;
    return healer::salusctl::run(command, clock);
  }
};

}  // namespace

TEST_CASE("questions are answered without a token") {
  Fixture with;
  with.command.token_file.clear();
  const Output output = with.run(Verb::kStatus);
  CHECK(output.code == 0);
  CHECK_THAT(output.out, Catch::Contains("allow_all (level 0)") && Catch::Contains("none open"));
  CHECK(with.run(Verb::kIncidents).out == "No incidents.\n");
  CHECK(with.healer.requests().back().parameter("state") == "open");
  with.command.all = true;
  CHECK(with.run(Verb::kIncidents).code == 0);
  CHECK_FALSE(with.healer.requests().back().parameter("state"));
}

TEST_CASE("queries bear the token where there is one, for a healer that requires it") {
  Fixture with;
  CHECK(with.run(Verb::kPolicy).code == 0);
  CHECK(with.healer.requests().back().header("Authorization") == "Bearer sesame");
  with.command.token_file.clear();
  with.healer.answer(kPolicy, base::http::json_error(401, "no"));
  CHECK_THAT(with.run(Verb::kPolicy).err, Catch::Contains("--token-file"));
}

TEST_CASE("scripts get JSON") {
  Fixture with;
  with.command.json = true;
  CHECK(json::parse(with.run(Verb::kIncidents).out) == json::array());
  CHECK(json::parse(with.run(Verb::kPolicy).out)["policy"] == "allow_all");
  const auto status = json::parse(with.run(Verb::kStatus).out);
  CHECK(status["pause"]["paused"] == false);
  CHECK(status["incidents"].empty());
}

TEST_CASE("who may not read the token sees what a healer shows to everybody, and why it shows nothing") {
  Fixture with;
  with.command.token_file = with.folder.file("none");
  CHECK(with.run(Verb::kPolicy).code == 0);
  CHECK_FALSE(with.healer.requests().back().header("Authorization"));
  with.healer.answer(kPolicy, base::http::json_error(401, "a user and a password are required"));
  const Output refused = with.run(Verb::kPolicy);
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Catch::Contains("none: No such file"));
}

TEST_CASE("commands bear the token, the operator's name and what was given") {
  Fixture with;
  with.command.length = "1h";
  with.command.reason = "maintenance";
  const Output output = with.run(Verb::kPause);
  CHECK(output.code == 0);
  CHECK(output.out == "Healing is paused for 1h.\n");
  const auto request = with.healer.requests().back();
  CHECK(request.header("Authorization") == "Bearer sesame");
  CHECK(request.header("X-Salus-Operator") == "alice");
  CHECK(json::parse(request.body) == json{{"for", "1h"}, {"reason", "maintenance"}});

  with.command.length.clear();
  with.command.reason.clear();
  with.command.incident = "INC-17";
  CHECK(with.run(Verb::kRelease).out == "INC-17 is released.\n");
  CHECK(with.healer.requests().back().path == "/api/v1/incidents/INC-17/release");
  CHECK(with.run(Verb::kResume).code == 0);
  CHECK(with.healer.requests().back().method == "DELETE");
  with.command.policy = "defensive_exit";
  CHECK(with.run(Verb::kHoldPolicy).out == "Policy is held at defensive_exit or stricter.\n");
}

TEST_CASE("a test of the notifiers shows each answer, and fails when one did not get through") {
  Fixture with;
  with.healer.answer(kTest, success(R"([{"notifier":"desk","outcome":"delivered","error":""}])"));
  with.command.notifier = "desk";
  const Output through = with.run(Verb::kTestNotifiers);
  CHECK(through.code == 0);
  CHECK_THAT(through.out, Catch::Contains("desk") && Catch::Contains("delivered"));
  CHECK(json::parse(with.healer.requests().back().body) == json{{"notifier", "desk"}});
  with.healer.answer(kTest, success(R"([{"notifier":"a","outcome":"delivered","error":""},
                                        {"notifier":"b","outcome":"refused","error":"h answered 404"}])"));
  const Output half = with.run(Verb::kTestNotifiers);
  CHECK(half.code == 1);
  CHECK_THAT(half.out, Catch::Contains("h answered 404"));
}

TEST_CASE("what the healer refuses is exit code 1 and its own words") {
  Fixture with;
  with.command.incident = "INC-17";
  with.healer.answer(kRelease, base::http::json_error(409, "INC-17 is not exhausted"));
  const Output output = with.run(Verb::kRelease);
  CHECK(output.code == 1);
  CHECK(output.err == "salusctl: INC-17 is not exhausted\n");
  with.healer.answer(kRelease, base::http::json_error(401, "no"));
  CHECK(with.run(Verb::kRelease).err == "salusctl: the healer rejected this token\n");
}

TEST_CASE("a command without a usable token is wrong usage, and nothing is sent") {
  Fixture with;
  with.command.token_file = GENERATE("", "/nonexistent/token");
  const Output output = with.run(Verb::kResume);
  CHECK(output.code == 2);
  CHECK_THAT(output.err, Catch::StartsWith("salusctl: "));
  CHECK(with.healer.requests().empty());
}

TEST_CASE("no healer is exit code 3 and says where it was looked for") {
  Fixture with;
  with.command.url = "http://127.0.0.1:1";
  const Output output = with.run(Verb::kStatus);
  CHECK(output.code == 3);
  CHECK_THAT(output.err, Catch::Contains("127.0.0.1:1") && Catch::Contains("SALUS_URL"));
}

TEST_CASE("something else that listens there is not taken for the healer") {
  Fixture with;
  with.healer.answer(kPolicy, base::http::text(200, "<html>"));
  const Output output = with.run(Verb::kPolicy);
  CHECK(output.code == 3);
  CHECK_THAT(output.err, Catch::Contains("is it salus-healer?"));
}

namespace {

std::string incident(const std::string& state, const std::string& timeline) {
  return R"({"id":"INC-17","state":")" + state + R"(","timeline":[)" + timeline + "]}";
}
const std::string kAccepted = R"({"at":"2025-12-17T04:00:00.000Z","what":"accepted","detail":"asked for"})";
const std::string kEnded = R"({"at":"2025-12-17T04:00:09.000Z","what":"healed","detail":""})";

}  // namespace

TEST_CASE("a playbook is run by hand, and its incident named") {
  Fixture with;
  with.command.playbook = "rotate_logs";
  with.command.reason = "to see";
  with.healer.answer(kRun, success(incident("running", kAccepted)));
  const Output output = with.run(Verb::kRun);
  CHECK(output.code == 0);
  CHECK(output.out == "INC-17 runs rotate_logs; salusctl incident INC-17 shows its progress.\n");
  const auto request = with.healer.requests().back();
  CHECK(request.path == "/api/v1/playbooks/rotate_logs/run");
  CHECK(json::parse(request.body) == json{{"reason", "to see"}});
}

TEST_CASE("an action is undone, and the incident that does it named") {
  Fixture with;
  with.command.action = "INC-3/2";
  with.command.reason = "it was worse";
  with.healer.answer(kUndo, success(incident("running", kAccepted)));
  const Output output = with.run(Verb::kUndo);
  CHECK(output.code == 0);
  CHECK(output.out == "INC-17 undoes INC-3/2; salusctl incident INC-17 shows its progress.\n");
  const auto request = with.healer.requests().back();
  CHECK(request.path == "/api/v1/actions/INC-3/2/undo");
  CHECK(json::parse(request.body) == json{{"reason", "it was worse"}});
  with.command.action = "INC-3";
  CHECK(with.run(Verb::kUndo).code == 2);
}

TEST_CASE("a run that is waited for is followed to its end, which is the exit code") {
  const auto [state, code] =
      GENERATE(table<std::string, int>({{"healed", 0}, {"exhausted", 1}, {"released", 1}, {"failed", 1}}));
  Fixture with;
  std::string printed;
  with.command.playbook = "rotate_logs";
  with.command.wait = true;
  with.command.poll = std::chrono::milliseconds(1);
  with.command.show = [&printed](const std::string& line) { printed += line; };
  with.healer.answer(kRun, success(incident("intent", kAccepted)));
  with.healer.answer_once(kIncident, success(incident("running", kAccepted)));
  with.healer.answer(kIncident, success(incident(state, kAccepted + "," + kEnded)));
  const Output output = with.run(Verb::kRun);
  CHECK(output.code == code);
  CHECK(output.out == "Final state: " + state + ".\n");
  CHECK(printed == "2025-12-17T04:00:00.000Z  accepted: asked for\n2025-12-17T04:00:09.000Z  healed\n");
}

TEST_CASE("the progress of a run is shown while it goes on, and a check that failed is the exit code") {
  const auto [passed, code] = GENERATE(table<std::string, int>({{"true", 0}, {"false", 1}, {"null", 0}}));
  Fixture with;
  std::string printed;
  with.command.playbook = "weekly_report";
  with.command.wait = true;
  with.command.poll = std::chrono::milliseconds(1);
  with.command.show = [&printed](const std::string& line) { printed += line; };
  const auto shown = [](const std::string& state, const std::string& progress) {
    return success(R"({"id":"INC-17","state":")" + state + R"(","timeline":[],)" + progress + "}");
  };
  with.healer.answer(kRun, shown("intent", R"("progress":[],"passed":null)"));
  with.healer.answer_once(
      kIncident, shown("running", R"("progress":["[1/5] Running AI Agent Validation..."],"passed":null)"));
  with.healer.answer(
      kIncident,
      shown("healed",
            R"("progress":["[1/5] Running AI Agent Validation...","Weekly Health Check: x"],"passed":)" +
                passed));
  const Output output = with.run(Verb::kRun);
  CHECK(output.code == code);
  CHECK(printed == "[1/5] Running AI Agent Validation...\nWeekly Health Check: x\n");
}

TEST_CASE("a run that the healer refuses is no run, also when it would be waited for") {
  Fixture with;
  with.command.playbook = "rotate_logs";
  with.command.wait = GENERATE(true, false);
  with.healer.answer(kRun, base::http::json_error(409, "healing is paused: an upgrade"));
  const Output output = with.run(Verb::kRun);
  CHECK(output.code == 1);
  CHECK(output.err == "salusctl: healing is paused: an upgrade\n");
}

TEST_CASE("the playbooks are a table") {
  Fixture with;
  with.healer.answer(kPlaybooks,
                     success(R"([{"name":"rotate_logs","task":"log_rotation","actions":["log_rotation"],
      "last_run":null,"last_success":null,"last_incident":{"id":"INC-17","state":"healed"}}])"));
  CHECK_THAT(with.run(Verb::kPlaybooks).out,
             Catch::Contains("rotate_logs") && Catch::Contains("INC-17 healed"));
}
