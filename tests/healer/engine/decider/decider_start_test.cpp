// What a start makes of what was published before it.
#include "healer/publish/policy_json.h"
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using policy::Published;
using tests::DeciderFixture;
using namespace std::chrono_literals;
using enum Policy;

namespace {

// As an output has it.
Published read_back(const PolicyDocument& document) {
  return policy::parse_published("policy file /p", policy_document(document));
}

Published at(Policy level, const DeciderFixture& mind) {
  PolicyDocument document;
  document.policy = level;
  document.permissions = policy::permissions_of(level, {});
  document.issued_at = mind.clock.now().wall;
  return read_back(document);
}

void healthy(DeciderFixture& mind, base::Duration time) {
  for (base::Duration passed{}; passed < time; passed += 30s) {
    mind.clock.advance(30s);
    mind.list({});
  }
}

}  // namespace

TEST_CASE_METHOD(DeciderFixture, "a first start with nothing published is an ordinary one") {
  list({});
  CHECK_FALSE(decider->view()->pause_reason);
  CHECK_FALSE(decider->view()->operator_hold);
  CHECK(decider->view()->journal_missing_records.empty());
}

TEST_CASE_METHOD(DeciderFixture,
                 "a journal that was quarantined starts at the strictest that was published") {
  const auto level = GENERATE(kAllowAll, kNoNewTrades, kSafeRiskProfile, kDefensiveExit, kEmergencyShutdown);
  journal.set_quarantined("record 3 does not match its hash");
  start({at(kAllowAll, *this), at(level, *this), Published{.where = "copy /c"}});
  list({});
  CHECK(policy() == std::max(level, kNoNewTrades));
  CHECK(decider->view()->operator_hold == std::max(level, kNoNewTrades));
  healthy(*this, 1h);
  CHECK(policy() == std::max(level, kNoNewTrades));
  CHECK(decider->view()->pause_reason);
  // Also over a restart that can read nothing.
  journal.set_quarantined("");
  effects.published.clear();
  start();
  list({});
  CHECK(policy() == std::max(level, kNoNewTrades));
  CHECK(operate(ReleasePolicy{}).empty());
  healthy(*this, 1h);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture,
                 "trading that was halted stays halted without its journal until the policy is released") {
  PolicyDocument document;
  document.policy = kNoNewTrades;
  document.permissions = policy::meet(policy::permissions_of(kNoNewTrades, {}), policy::halted());
  document.issued_at = clock.now().wall;
  journal.set_quarantined("record 3 does not match its hash");
  start({read_back(document)});
  list({});
  CHECK(effects.published.back().permissions.trading == policy::Trading::kHalted);
  journal.set_quarantined("");
  start();
  list({});
  healthy(*this, 1h);
  CHECK(effects.published.back().permissions.trading == policy::Trading::kHalted);
  CHECK(effects.published.back().causes == std::vector<std::string>{"halt journal lost", "operator hold"});
  CHECK(operate(ReleasePolicy{}).empty());
  healthy(*this, 1h);
  CHECK(policy() == kAllowAll);
  CHECK(effects.published.back().permissions.trading == policy::Trading::kYes);
}

TEST_CASE_METHOD(DeciderFixture, "limits that were published are not forgotten with the journal") {
  PolicyDocument document;
  document.policy = kNoNewTrades;
  document.permissions =
      policy::meet(policy::permissions_of(kNoNewTrades, {}), policy::permissions_of(kSafeRiskProfile, {}));
  document.issued_at = clock.now().wall;
  journal.cut_to(0);
  start({read_back(document)});
  list({});
  CHECK(effects.published.back().permissions == document.permissions);
}

TEST_CASE_METHOD(DeciderFixture,
                 "an emergency that was published holds also while the new journal cannot be written") {
  journal.set_quarantined("record 3 does not match its hash");
  journal.set_failing(true);
  start({at(kEmergencyShutdown, *this)});
  list({});
  CHECK(policy() == kEmergencyShutdown);
  journal.set_failing(false);
  clock.advance(1s);
  list({});
  healthy(*this, 1h);
  CHECK(policy() == kEmergencyShutdown);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a journal without its head holds the policy and pauses healing until an operator acts") {
  list({});
  healthy(*this, 10min);
  REQUIRE(policy() == kAllowAll);
  journal.set_unproven("it has 4 records, but journal.db.head is missing or cannot be read");
  start({at(kDefensiveExit, *this)});
  CHECK(effects.notices.back().detail.find("journal.db.head") != std::string::npos);
  list({});
  CHECK(policy() == kDefensiveExit);
  CHECK(decider->view()->journal_missing_records.find("journal.db.head") != std::string::npos);
  CHECK(decider->view()->journal_quarantined.empty());
  deliver(down());
  CHECK(newest().refusal == Refusal::kPaused);
  CHECK(effects.runs.empty());
  healthy(*this, 1h);
  CHECK(policy() == kDefensiveExit);
  CHECK(operate(ResumeHealing{}).empty());
  CHECK(operate(ReleasePolicy{}).empty());
  deliver(down());
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a document that knows more records than the journal has reveals an older journal") {
  list({});
  clock.advance(1s);
  operate(HoldPolicy{kDefensiveExit});
  const Published last = read_back(effects.published.back());
  // A tightening is seen before its own record is durable; the hold that demands it is durable by then.
  REQUIRE(std::holds_alternative<OperatorActed>(journal.entries().at(last.record - 1).record.fact));
  journal.cut_to(last.record - 1);
  start({last});
  list({});
  CHECK_FALSE(decider->view()->journal_missing_records.empty());
  CHECK(decider->view()->operator_hold == kDefensiveExit);
  CHECK(decider->view()->pause_reason);
  // The same document at the next start has been judged.
  operate(ResumeHealing{});
  clock.advance(1min);
  start({last});
  CHECK(decider->view()->journal_missing_records.empty());
  CHECK_FALSE(decider->view()->pause_reason);
}

TEST_CASE_METHOD(DeciderFixture, "a journal that is there in full is believed") {
  list({});
  operate(HoldPolicy{kDefensiveExit});
  operate(ReleasePolicy{});
  healthy(*this, 20min);
  REQUIRE(policy() == kAllowAll);
  start({read_back(effects.published.back())});
  list({});
  CHECK(policy() == kAllowAll);
  CHECK_FALSE(decider->view()->pause_reason);
}

TEST_CASE_METHOD(DeciderFixture, "an empty journal beside a document was lost") {
  journal.cut_to(0);
  start({at(GENERATE(kAllowAll, kEmergencyShutdown), *this)});
  list({});
  CHECK(policy() >= kNoNewTrades);
  CHECK(decider->view()->operator_hold == policy());
  CHECK(decider->view()->pause_reason);
}

TEST_CASE_METHOD(DeciderFixture,
                 "what was published while the journal could not be written is not forgotten") {
  list({});
  healthy(*this, 10min);
  REQUIRE(policy() == kAllowAll);
  journal.set_failing(true);
  // Demanded by an alert that has ended by the next start.
  turn({AlertsInput{.alerts = {tests::alert("x", {{"alertname", "X"}, {"policy", "emergency_shutdown"}})},
                    .unwritten = true}});
  REQUIRE(policy() == kEmergencyShutdown);
  const Published last = read_back(effects.published.back());
  journal.set_failing(false);
  start({last});
  healthy(*this, 1h);
  CHECK(policy() == kEmergencyShutdown);
  CHECK(operate(ReleasePolicy{}).empty());
  healthy(*this, 1h);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a document of a start that had not asked Alertmanager yet tightens nothing") {
  config.alertmanager_url = "http://alertmanager.example:9093";
  start();
  list({});
  healthy(*this, 10min);
  REQUIRE(policy() == kAllowAll);
  start();
  turn();
  REQUIRE(policy() == kNoNewTrades);
  const Published last = read_back(effects.published.back());
  REQUIRE(last.starting);
  clock.advance(1min);
  start({last});
  list({});
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a file that cannot be written is tried again soon, with the same document") {
  list({});
  effects.file_fails = true;
  deliver(tests::alert("x", {{"alertname", "X"}, {"policy", "defensive_exit"}}));
  const std::size_t tried = effects.published.size();
  const PolicyDocument last = effects.published.back();
  CHECK(turn() <= clock.now().mono + 1s);
  CHECK(effects.published.size() == tried);
  pass(1s);
  REQUIRE(effects.published.size() == tried + 1);
  CHECK(effects.published.back().sequence == last.sequence);
  effects.file_fails = false;
  pass(1s);
  CHECK(effects.published.back().sequence > last.sequence);
  CHECK(effects.published.back().causes == std::vector<std::string>{"alert X"});
}

TEST_CASE_METHOD(DeciderFixture, "an output that readers obey and that cannot be tightened is a cause") {
  list({});
  healthy(*this, 10min);
  effects.behind = {"redis"};
  deliver(tests::alert("x", {{"alertname", "X"}, {"policy", "safe_risk_profile"}}));
  pass(5s);
  CHECK(policy() >= kNoNewTrades);
  const auto& causes = effects.published.back().causes;
  CHECK(std::count(causes.begin(), causes.end(), "policy output redis not updated") == 1);
  effects.behind.clear();
  pass(5s);
  CHECK(effects.published.back().causes.front() == "alert X");
}

TEST_CASE_METHOD(DeciderFixture, "a document says up to which record the journal was written") {
  list({});
  deliver(down());
  clock.advance(config.policy.lease / 3);
  list({});
  CHECK(effects.published.back().journal_record == journal.entries().size());
}

TEST_CASE_METHOD(DeciderFixture, "a sequence grows also when the wall clock was set back between two lives") {
  list({});
  const Published last = read_back(effects.published.back());
  clock.set_wall(clock.now().wall - 24h);
  start({last});
  list({});
  CHECK(effects.published.back().sequence > last.sequence);
}
