#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "healer/api/api.h"
#include "tests/catch.h"
#include "tests/healer/api/api_client.h"
#include "tests/healer/api/fake_decider.h"
#include "tests/healer/example_view.h"

using healer::OperatorInput;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

healer::Config example_config() {
  healer::Config config;
  healer::Playbook restart;
  restart.name = "restart_container";
  restart.accepts = {"ContainerDown"};
  restart.rungs = {{"container_restart", 1, 30s}};
  healer::Playbook rotate;
  rotate.name = "rotate_logs";
  rotate.task = "log_rotation";
  rotate.accepts = {"LogRotationDue"};
  rotate.rungs = {{"log_rotation", 3, 30s}};
  config.playbooks = {restart, rotate};
  return config;
}

struct Fixture {
  base::SystemClock clock;
  healer::View view = tests::example_view();
  healer::Config config = example_config();
  healer::EventQueue events;
  healer::PendingReplies replies;
  healer::webhook::TokenCheck token{"sesame", clock};
  healer::policy::PolicySubscription subscription{1};
  healer::Api api{{.token = token,
                   .events = events,
                   .replies = replies,
                   .receive_alerts = {},
                   .view = [this] { return std::make_shared<const healer::View>(view); },
                   .policy = subscription,
                   .report = {},
                   .health = {},
                   .force_check = {},
                   .reports_folder = {},
                   .metrics_page = {},
                   .reload = {},
                   .alive = {},
                   .config = [this] { return std::make_shared<const healer::Config>(config); }}};
  base::http::Server server{{}, clock};
  tests::FakeDecider decider{events, replies};

  Fixture() {
    api.add_routes(server);
    REQUIRE(server.listen("127.0.0.1:0"));
  }
  base::http::Response ask(const std::string& method, const std::string& path, const std::string& body = "",
                           const std::string& with_token = "sesame") {
    return tests::ask(server, method, path, body, with_token);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the playbooks are listed with when they last ran") {
  view.tasks["log_rotation"] = {};
  view.tasks["log_rotation"].last_run = tests::at(10);
  const auto got = ask("GET", "/api/v1/playbooks", "", "");
  REQUIRE(got.status == 200);
  const json all = json::parse(got.body)["data"];
  REQUIRE(all.size() == 2);
  CHECK(all[0]["name"] == "restart_container");
  CHECK(all[0]["task"].is_null());
  CHECK(all[0]["actions"] == json::array({"container_restart"}));
  CHECK(all[0]["last_run"].is_null());
  CHECK(all[0]["last_incident"]["id"] == "INC-17");
  CHECK(all[1]["task"] == "log_rotation");
  CHECK(all[1]["last_run"] == "2025-12-17T04:00:10.000Z");
  CHECK(all[1]["last_success"].is_null());
  CHECK(all[1]["last_incident"].is_null());
}

TEST_CASE_METHOD(Fixture, "running a playbook answers with the incident that it opened") {
  view.incidents[0].started_by = "alice";
  const auto got = ask("POST", "/api/v1/playbooks/restart_container/run",
                       R"({"target":"quantum_redis","reason":"to see"})");
  REQUIRE(got.status == 200);
  CHECK(json::parse(got.body)["data"]["id"] == "INC-17");
  CHECK(json::parse(got.body)["data"]["started_by"] == "alice");
  REQUIRE(decider.seen().size() == 1);
  const OperatorInput seen = decider.seen().front();
  CHECK(decider.seen<healer::RunPlaybook>(0).playbook == "restart_container");
  CHECK(decider.seen<healer::RunPlaybook>(0).target == "quantum_redis");
  CHECK(seen.reason == "to see");
  CHECK(seen.who == "alice");
}

TEST_CASE_METHOD(Fixture, "the decider's refusal is reported with its reason") {
  decider.answer(base::fail("INC-5 already runs this playbook"));
  const auto got = ask("POST", "/api/v1/playbooks/rotate_logs/run");
  CHECK(got.status == 409);
  CHECK(got.body.find("INC-5 already runs this playbook") != std::string::npos);
}

TEST_CASE_METHOD(
    Fixture, "nothing is run without the token, by a name that is none, or with words that mean nothing") {
  CHECK(ask("POST", "/api/v1/playbooks/rotate_logs/run", "", "").status == 401);
  CHECK(ask("POST", "/api/v1/playbooks/nothing/run").status == 404);
  CHECK(ask("POST", "/api/v1/playbooks/rotate_logs/run", R"({"argv":"rm"})").status == 400);
  CHECK(ask("GET", "/api/v1/playbooks/rotate_logs/run").status == 405);
  CHECK(decider.seen().empty());
}

TEST_CASE_METHOD(Fixture, "taking an action back answers with the incident that does") {
  view.incidents[0].undoes = "INC-3/2";
  const auto got = ask("POST", "/api/v1/actions/INC-3/2/undo", R"({"reason":"it was worse"})");
  REQUIRE(got.status == 200);
  CHECK(json::parse(got.body)["data"]["undoes"] == "INC-3/2");
  const OperatorInput seen = decider.seen().back();
  CHECK(decider.seen<healer::UndoAction>(0).action_id == "INC-3/2");
  CHECK(seen.reason == "it was worse");
  CHECK(ask("POST", "/api/v1/actions/INC-3/2/undo", "{}").status == 400);
  CHECK(ask("POST", "/api/v1/actions/INC-3/2/undo", R"({"reason":"x"})", "").status == 401);
  decider.answer(base::fail("INC-3/2 cannot be undone; no undo is known for it"));
  CHECK(ask("POST", "/api/v1/actions/INC-3/2/undo", R"({"reason":"x"})").status == 409);
}

TEST_CASE_METHOD(Fixture, "an incident says which of its actions can be undone, and what has") {
  view.incidents[0].undos = {{"INC-17/1", "pause_trading", "resume_trading", "INC-20", true},
                             {"INC-17/2", "disable_module", "enable_module", "", false}};
  const json data = json::parse(ask("GET", "/api/v1/incidents/INC-17", "", "").body)["data"];
  CHECK(data["undoes"].is_null());
  CHECK(data["undo"][0] == json{{"action_id", "INC-17/1"},
                                {"action", "pause_trading"},
                                {"by", "resume_trading"},
                                {"incident", "INC-20"},
                                {"undone", true}});
  CHECK(data["undo"][1]["incident"].is_null());
}
