#include "healer/reports/incident/incident_facts.h"

#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using tests::kBegan;
using namespace std::chrono_literals;

namespace {

bool tells(const IncidentFacts& facts, const std::string& what) {
  for (const Event& each : facts.events) {
    if (each.what == what) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("what the journal has of an incident is reported with its times and its source") {
  tests::Records records;
  records.tell(-1min, PolicyMoved{Policy::kAllowAll, Policy::kNoNewTrades, {"ContainerDown"}});
  const auto number = records.open(tests::down_alert());
  records.tell(6s, PolicyMoved{Policy::kNoNewTrades, Policy::kDefensiveExit, {"executor is critical"}});
  records.heal(10s, number);
  records.tell(1h, PolicyMoved{Policy::kDefensiveExit, Policy::kAllowAll, {}});
  const IncidentFacts facts = records.facts(number);
  CHECK(facts.id == "INC-3");
  CHECK(facts.state == State::kHealed);
  CHECK(facts.began_at == kBegan);
  CHECK(facts.delivered_at == kBegan + 5s);
  CHECK(facts.opened_at == kBegan + 5s);
  CHECK(facts.closed_at == kBegan + 22s);
  CHECK(facts.end() == kBegan + 22s);
  REQUIRE(facts.acts.size() == 1);
  CHECK(facts.acts[0].at == kBegan + 10s);
  CHECK(facts.acts[0].ended_at == kBegan + 12s);
  CHECK(facts.acts[0].outcome == "success");
  REQUIRE(facts.policies.size() == 2);  // what came after its end is none of its
  CHECK(facts.policies[0].policy == Policy::kNoNewTrades);
  CHECK(facts.policies[0].to == kBegan + 6s);
  CHECK(facts.policies[1].to == kBegan + 22s);
  CHECK(facts.last_record == 11);
  CHECK(facts.events.front().what == "ContainerDown started firing");
  CHECK(facts.events.front().source == "Alertmanager: startsAt");
  CHECK(facts.events.back().what == "healed: verified: in another");
  CHECK(facts.events.back().source == "journal record 11");
  CHECK(std::ranges::is_sorted(facts.events, {}, &Event::at));
}

TEST_CASE("refusals are counted by their reasons, and those of others are not") {
  tests::Records records;
  const auto number = records.open(tests::down_alert());
  using enum State;
  records.move(6s, number, kAccepted, kGated, "until 04:01", Refusal::kCooldown);
  records.move(7s, 99, kAccepted, kGated, "", Refusal::kStorm);
  records.move(8s, number, kGated, kGated, "bot is busy", Refusal::kTargetBusy);
  records.move(9s, number, kGated, kGated, "until 04:02", Refusal::kCooldown);
  const IncidentFacts facts = records.facts(number);
  REQUIRE(facts.refusals.size() == 2);
  CHECK(facts.refusals[0].reason == "cooldown");
  CHECK(facts.refusals[0].times == 2);
  CHECK(facts.refusals[0].detail == "until 04:02");
  CHECK(facts.refusals[1].times == 1);
  CHECK_FALSE(facts.closed_at);
  CHECK(facts.known_until == kBegan + 9s);
  CHECK(facts.policies.empty());
}

TEST_CASE("a relapse, an interruption, an operator's answer and a release are lines of the timeline") {
  tests::Records records;
  const auto number = records.open(tests::down_alert());
  using enum State;
  records.tell(6s, ApprovalAsked{"APR-2-1",
                                 number,
                                 "INC-2/1",
                                 "restart",
                                 0,
                                 "container_restart",
                                 {"container", "bot"},
                                 "restart bot",
                                 Refusal::kApproval,
                                 30min});
  records.tell(7s, ApprovalAnswered{"APR-2-1", number, ApprovalAnswered::Answer::kApproved, "ada", "go"});
  records.tell(8s, ProcessStarted{""});
  records.tell(9s, SymptomReturned{number, "down again"});
  records.tell(10s, StormMoved{true, 4, 6});
  records.move(11s, number, kIneffective, kExhausted, "nothing is left");
  records.tell(12s, OperatorActed{.verb = OperatorActed::Verb::kRelease,
                                  .who = "ada",
                                  .reason = "mended",
                                  .length = {},
                                  .incident = number,
                                  .policy = {}});
  records.move(12s, number, kExhausted, kReleased, "by ada: mended");
  const IncidentFacts facts = records.facts(number);
  CHECK(facts.state == kReleased);
  for (const char* what :
       {"APR-2-1 waits for approval: restart bot", "APR-2-1 approved by ada: go", "the healer restarted",
        "the symptom returned: down again", "storm active: 4 of 6 containers unhealthy",
        "all rungs exhausted: operator action required: nothing is left", "ada requested release: mended"}) {
    CAPTURE(what);
    CHECK(tells(facts, what));
  }
}

TEST_CASE("what was done to the same target within a day is remembered") {
  tests::Records records;
  const auto first = records.open(tests::down_alert(), -2h);
  records.heal(-2h + 1min, first);
  const auto second = records.open(tests::down_alert());
  CHECK(records.facts(second).before ==
        std::vector<std::string>{"INC-2 was opened 2 h before, by playbook restart: healed"});
  CHECK(records.facts(first).before.empty());
}

TEST_CASE("a story that is too long keeps its beginning and its end") {
  tests::Records records;
  const auto number = records.open(tests::down_alert());
  for (int i = 0; i < 500; ++i)
    records.tell(10s + std::chrono::seconds(i), SymptomReturned{number, std::to_string(i)});
  const IncidentFacts facts = records.facts(number);
  CHECK(facts.events.size() < 310);
  CHECK(facts.events_left_out == 201);
  CHECK(tells(facts, "the symptom returned: 0"));
  CHECK(tells(facts, "the symptom returned: 499"));
}

TEST_CASE("records from the middle of a journal report what they can") {
  tests::Records records;
  records.tell(0s, ProcessStarted{""});
  IncidentReader none(17);
  none.take(records.entries[0]);
  CHECK_FALSE(std::move(none).finish());

  records.tell(5s, IncidentOpened{.playbook = "restart",
                                  .subsystem = "",
                                  .severity = "",
                                  .target = {"container", "bot"},
                                  .fingerprint = "unheard",
                                  .alert_name = "ContainerDown",
                                  .alert_starts_at = kBegan});
  IncidentReader reader(2);
  reader.take(records.entries[1]);
  const auto facts = std::move(reader).finish(Policy::kAllowAll);
  REQUIRE(facts);
  CHECK_FALSE(facts->delivered_at);
  CHECK(facts->began_at == kBegan);
  CHECK(facts->policies.front().policy == Policy::kAllowAll);
  CHECK_FALSE(facts->breach);
}

TEST_CASE("alerts that report a breach are shown with it") {
  tests::Records records;
  CHECK(records.facts(records.open(tests::breach_alert())).breach == "490 errors (threshold: 50)");
}
