#include "healer/journal/records/record.h"

#include <set>

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using std::chrono::milliseconds;

namespace {

std::vector<Record> one_of_each() {
  const base::WallTime at(milliseconds(1765944000123));
  Alert seen = tests::alert("0123456789abcdef",
                            {{"container", "quantum_redis"}, {"note", "quotes \" and \n lines, ünïcode"}});
  seen.annotations["summary"] = "it is down";
  return {
      {at, ProcessStarted{"its hash is wrong"}},
      {at, AlertSeen{seen}},
      {at, AlertRefused{"0123456789abcdef", "format_disk", Refusal::kUnknownPlaybook,
                        "no playbook \"format_disk\""}},
      {at, IncidentOpened{"restart_container", "database", "critical", tests::kRedis, "0123456789abcdef",
                          "ContainerDown", at}},
      {at, IncidentOpened{"rotate_logs", "", "info", {"task", "log_rotation"}, "", "", at, "ann", "to see"}},
      {at, AlertJoined{17, "fedcba9876543210", "SubsystemStale"}},
      {at, IncidentMoved{17, State::kAccepted, State::kGated, Refusal::kCooldown, "1m after INC-3"}},
      {at, IncidentMoved{17, State::kGated, State::kIntent, std::nullopt, ""}},
      {at, ActionIntended{17, "INC-17/1", "restart_container", "container_restart", 1, tests::kRedis,
                          "restart quantum_redis"}},
      {at, ActionFinished{17, "INC-17/1", ActionFinished::Outcome::kInterrupted, "killed"}},
      {at, SymptomReturned{17, "down again"}},
      {at, SymptomGone{17}},
      {at, PolicyMoved{Policy::kAllowAll, Policy::kDefensiveExit, {"alert X", "operator hold"}}},
      {at, PolicyMoved{Policy::kNoNewTrades,
                       Policy::kNoNewTrades,
                       {"operator hold", "alert X"},
                       policy::meet(policy::permissions_of(Policy::kNoNewTrades, {}),
                                    policy::permissions_of(Policy::kSafeRiskProfile, {2.5, 0.25}))}},
      {at, OperatorActed{OperatorActed::Verb::kHoldPolicy, "ann", "upgrade", std::chrono::hours(1), 0,
                         Policy::kNoNewTrades}},
      {at, OperatorActed{.verb = OperatorActed::Verb::kHoldPolicy,
                         .who = "salus",
                         .reason = "lost",
                         .length = {},
                         .incident = 0,
                         .policy = Policy::kDefensiveExit,
                         .halts = true}},
      {at, OperatorActed{OperatorActed::Verb::kRelease, "ann", "repaired", {}, 17, Policy::kAllowAll}},
      {at,
       OperatorActed{
           OperatorActed::Verb::kReleaseLease, "ann", "flat", {}, 0, Policy::kAllowAll, "INC-17/1"}},
      {at, ActionIntended{17, "INC-17/2", "pause", "http", 0, tests::kRedis, "POST", Policy::kDefensiveExit,
                          std::chrono::minutes(30), Policy::kNoNewTrades}},
      {at, ActionFinished{17, "INC-17/2", ActionFinished::Outcome::kFailure, "the queue is full", false}},
      {at, Expired{Expired::What::kHold, {}}},
      {at, Expired{Expired::What::kLease, "INC-17/2"}},
      {at, IncidentMoved{17, State::kProbation, State::kGated, Refusal::kTargetBusy, "INC-19 takes it", 19}},
      {at, JournalFailed{at, "disk full"}},
      {at, Recommended{17, "f1", "restart_container", 1, "INC-17/2", "container_restart", tests::kRedis,
                       "restart it", 1, false, true}},
      {at, ApprovalAsked{"APR-17-1", 17, "INC-17/2", "restart_container", 1, "container_restart",
                         tests::kRedis, "restart it", Refusal::kNotAutomatic, std::chrono::minutes(30)}},
      {at, ApprovalAnswered{"APR-17-1", 17, ApprovalAnswered::Answer::kRejected, "ann", "not now"}},
      {at, StormMoved{true, 6, 13}},
      {at, ActionFinished{.incident = 17,
                          .action_id = "INC-17/3",
                          .outcome = ActionFinished::Outcome::kSuccess,
                          .detail = "paused",
                          .undo = Undo{"resume_trading", R"({"path":"/x \"y\""})"}}},
      {at, IncidentOpened{.playbook = "undo",
                          .subsystem = "",
                          .severity = "info",
                          .target = tests::kRedis,
                          .fingerprint = "",
                          .alert_name = "",
                          .alert_starts_at = at,
                          .started_by = "ann",
                          .reason = "enough",
                          .undoes = "INC-17/3",
                          .undo = Undo{"resume_trading", "{}"}}},
      {at, CauseSeen{.ruler = "prometheus",
                     .labels = {{"alertname", "P"}, {"policy", "defensive_exit"}},
                     .starts_at = at,
                     .facts = {"salus_subsystem_info"}}},
      {at, CauseEnded{.key = "P", .how = CauseEnded::How::kReleased}},
      {at, RulesSeen{.ruler = "prometheus", .rules = {{{"alertname", "P"}, {"policy", "defensive_exit"}}}}},
      {at, RulesAccepted{.ruler = "prometheus", .rules = {{{"alertname", "P"}}}}},
  };
}

}  // namespace

TEST_CASE("every record is read back from its text as it was written") {
  std::set<std::string_view> kinds;
  for (const Record& record : one_of_each()) {
    const std::string text = encode(record);
    CAPTURE(text);
    CHECK(text.find('\n') == std::string::npos);
    const auto back = decode(text);
    REQUIRE(back);
    CHECK(back->at == record.at);
    CHECK(back->fact.index() == record.fact.index());
    CHECK(encode(*back) == text);
    kinds.insert(kind_of(record.fact));
  }
  CHECK(kinds.size() == std::variant_size_v<Fact>);
}

TEST_CASE("an incident that an alert opened is written as it was before one could be asked for by hand") {
  const std::string text =
      R"({"alert_name":"A","alert_starts_at":"2025-12-17T04:00:00.000Z","at":"2025-12-17T04:00:00.000Z",)"
      R"("fingerprint":"f","kind":"incident_opened","playbook":"p","severity":"info","subsystem":"",)"
      R"("target":{"kind":"task","name":"t"}})";
  const auto record = decode(text);
  REQUIRE(record);
  CHECK(std::get<IncidentOpened>(record->fact).started_by.empty());
  CHECK(encode(*record) == text);
}

TEST_CASE("every value of an alert survives the journal") {
  const Record record = one_of_each()[1];
  const auto back = decode(encode(record));
  REQUIRE(back);
  const Alert& before = std::get<AlertSeen>(record.fact).alert;
  const Alert& after = std::get<AlertSeen>(back->fact).alert;
  CHECK(after.labels == before.labels);
  CHECK(after.annotations == before.annotations);
  CHECK(after.starts_at == before.starts_at);
  CHECK(after.firing == before.firing);
}

TEST_CASE(
    "an alert from Alertmanager's list is distinguished from one of a delivery, which earlier journals "
    "hold") {
  Record record = one_of_each()[1];
  CHECK(encode(record).find("pulled") == std::string::npos);
  CHECK_FALSE(std::get<AlertSeen>(decode(encode(record))->fact).pulled);
  std::get<AlertSeen>(record.fact).pulled = true;
  CHECK(std::get<AlertSeen>(decode(encode(record))->fact).pulled);
}

TEST_CASE("what this version does not know in full is refused with its reason") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"moon_phase"})", "moon_phase"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"expired"})", "what is missing"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"expired","what":"moon"})", "\"moon\" is unknown"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"expired","what":"hold","more":1})",
       "has an unknown field"},
      {R"({"at":"yesterday","kind":"expired","what":"hold"})", "at is not a time"},
      {R"({"kind":"expired","what":"hold"})", "at is missing"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"symptom_gone","incident":17})", "wrong type"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"symptom_gone","incident":"17"})", "is not an incident"},
      {R"([1])", "not a JSON object"},
      {R"({"at":)", "record"},
      {"", "record"},
  }));
  const auto record = decode(text);
  CAPTURE(text);
  REQUIRE_FALSE(record);
  CHECK(record.error().message.find(reason) != std::string::npos);
}

TEST_CASE("what an action printed may be no UTF-8 and is kept readable") {
  const std::string text =
      encode({{}, ActionFinished{1, "INC-1/1", ActionFinished::Outcome::kFailure, "\xff\xfe broken"}});
  const auto back = decode(text);
  REQUIRE(back);
  CHECK(std::get<ActionFinished>(back->fact).detail.find("broken") != std::string::npos);
}

TEST_CASE("what a record may leave out is as it was before there was such a field") {
  const std::string text =
      encode({{}, ActionIntended{17, "INC-17/1", "p", "container_restart", 0, tests::kRedis, "restart it"}});
  CHECK_THAT(text, !Catch::Contains("lease") && !Catch::Contains("policy"));
  const auto intended = decode(text);
  REQUIRE(intended);
  CHECK_FALSE(std::get<ActionIntended>(intended->fact).policy);
  CHECK(std::get<ActionIntended>(intended->fact).lease == base::Duration::zero());
  const auto finished = decode(R"({"action_id":"INC-17/1","at":"2025-12-17T04:00:00.000Z","detail":"",)"
                               R"("incident":"INC-17","kind":"action_finished","outcome":"success"})");
  REQUIRE(finished);
  CHECK(std::get<ActionFinished>(finished->fact).started);
}

TEST_CASE("what undoes an action survives the journal, and a journal that knew of none says none") {
  const Record finished{base::WallTime(milliseconds(1765944000123)),
                        ActionFinished{.incident = 17,
                                       .action_id = "INC-17/1",
                                       .outcome = ActionFinished::Outcome::kSuccess,
                                       .detail = "",
                                       .undo = Undo{"restore_original", R"({"path":"/srv/x"})"}}};
  const auto back = decode(encode(finished));
  REQUIRE(back);
  CHECK(std::get<ActionFinished>(back->fact).undo == std::get<ActionFinished>(finished.fact).undo);
  const auto old =
      decode(R"({"action_id":"INC-17/1","at":"2025-12-17T04:00:00.000Z","detail":"","incident":"INC-17",)"
             R"("kind":"action_finished","outcome":"success"})");
  REQUIRE(old);
  CHECK_FALSE(std::get<ActionFinished>(old->fact).undo);
  CHECK_FALSE(
      decode(R"({"action_id":"INC-17/1","at":"2025-12-17T04:00:00.000Z","detail":"","incident":"INC-17",)"
             R"("kind":"action_finished","outcome":"success","undo":{"action":"x"}})"));
}

TEST_CASE("a policy's restrictions survive the journal, and one of before there were some is read") {
  PolicyMoved moved{Policy::kAllowAll, Policy::kNoNewTrades, {"operator hold"}};
  const std::string old =
      R"({"at":"2025-12-17T04:00:00.000Z","causes":["operator hold"],"from":"allow_all","kind":"policy_moved",)"
      R"("to":"no_new_trades"})";
  const base::WallTime at(std::chrono::seconds(1765944000));
  CHECK(encode({at, moved}) == old);
  const auto read = decode(old);
  REQUIRE(read);
  CHECK_FALSE(std::get<PolicyMoved>(read->fact).permissions);
  moved.permissions = policy::permissions_of(Policy::kSafeRiskProfile, {});
  const auto back = decode(encode({at, moved}));
  REQUIRE(back);
  CHECK(std::get<PolicyMoved>(back->fact).permissions == moved.permissions);
  CHECK_FALSE(decode(
      R"({"at":"2025-12-17T04:00:00.000Z","causes":[],"from":"allow_all","kind":"policy_moved","to":"allow_all",)"
      R"("restrictions":{"new_positions":"perhaps","position_size_factor":1,"stops":"normal",)"
      R"("existing_positions":"kept","trading":"yes"}})"));
}
