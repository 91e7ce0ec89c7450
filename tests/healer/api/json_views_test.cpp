#include "healer/api/json_views.h"

#include <nlohmann/json.hpp>

#include "healer/model/policy/policy_document.h"
#include "healer/publish/policy_json.h"
#include "tests/catch.h"
#include "tests/healer/example_view.h"

using healer::Policy;
using nlohmann::json;

TEST_CASE("the document carries the reduced limits") {
  healer::PolicyDocument document;
  document.policy = Policy::kSafeRiskProfile;
  document.permissions = healer::policy::permissions_of(Policy::kSafeRiskProfile, {3, 0.25});
  const auto text = json::parse(healer::policy_document(document));
  CHECK(text["level"] == 1);
  CHECK(text["new_positions_allowed"] == true);
  CHECK(text["restrictions"]["new_positions"] == "reduced");
  CHECK(text["restrictions"]["max_leverage"] == 3);
  CHECK(text["restrictions"]["position_size_factor"] == 0.25);
}

TEST_CASE("an incident is reported in full") {
  const auto document = json::parse(healer::incident_json(tests::example_view().incidents[0], {}));
  CHECK(document == json::parse(R"({"id":"INC-17","state":"exhausted","playbook":"restart_container",
    "subsystem":"risk_guard","severity":"critical","target":{"kind":"container","name":"quantum_trading_bot"},
    "alerts":["ContainerDown","SubsystemStale"],"refusal":null,"refusal_detail":"","waits_for":"",
    "requires_approval":false,"waiting_action":null,"approval":null,
    "blocks":["INC-18"],"rung":1,"actions":2,
    "alert_starts_at":"2025-12-17T04:00:00.000Z","opened_at":"2025-12-17T04:00:01.500Z","closed_at":null,"started_by":null,"reason":null,
    "recommendation":null,
    "timeline":[{"at":"2025-12-17T04:00:01.500Z","what":"accepted","detail":"ContainerDown"},
                {"at":"2025-12-17T04:00:31.000Z","what":"exhausted","detail":"the ladder is at its end"}],
    "story":[{"at":"2025-12-17T04:00:01.500Z","what":"accepted","detail":"ContainerDown"},
             {"at":"2025-12-17T04:00:31.000Z","what":"exhausted","detail":"the ladder is at its end"}],
    "undo":[],"undoes":null,"progress":[],"passed":null})"));
  const auto closed = json::parse(healer::incident_json(tests::example_view().incidents[1], {}));
  CHECK(closed["refusal"] == "cooldown");
  CHECK(closed["closed_at"] == "2025-12-17T03:58:30.000Z");
}

TEST_CASE("an incident that waits for an approval says so, with the action that waits") {
  healer::View view = tests::example_view();
  healer::Approval approval;
  approval.id = "APR-17-1";
  approval.incident = 17;
  approval.action = "disable_module";
  view.approvals = {approval};
  const auto document = json::parse(healer::incidents_json(view, healer::Listed::kOpen))[0];
  CHECK(document["requires_approval"] == true);
  CHECK(document["waiting_action"] == "disable_module");
  CHECK(document["approval"]["id"] == "APR-17-1");
  view.approvals[0].state = healer::Approval::State::kUsed;
  CHECK(json::parse(healer::incident_json(view.incidents[0], view))["requires_approval"] == false);
}

TEST_CASE("incidents are listed by whether they are open") {
  const auto [listed, count] = GENERATE(table<healer::Listed, std::size_t>(
      {{healer::Listed::kOpen, 1}, {healer::Listed::kClosed, 1}, {healer::Listed::kAll, 2}}));
  CHECK(json::parse(healer::incidents_json(tests::example_view(), listed)).size() == count);
}

TEST_CASE("a text that is not UTF-8 does not spoil a document") {
  healer::IncidentView incident;
  incident.subsystem = "\xff";
  CHECK(json::parse(healer::incident_json(incident, {}))["subsystem"] == "\xEF\xBF\xBD");
}

TEST_CASE("a pause says why and until when") {
  healer::View view;
  CHECK(healer::pause_json(view) == R"({"paused":false,"reason":"","until":null})");
  view.pause_reason = "maintenance";
  CHECK(healer::pause_json(view) == R"({"paused":true,"reason":"maintenance","until":null})");
  view.paused_until = tests::at(0);
  CHECK(healer::pause_json(view) ==
        R"({"paused":true,"reason":"maintenance","until":"2025-12-17T04:00:00.000Z"})");
}

TEST_CASE("an answer wraps its data") {
  CHECK(healer::success("[1]") == R"({"status":"success","data":[1]})");
}
