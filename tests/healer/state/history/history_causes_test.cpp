#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

Alert demanding(bool firing, bool explicit_end = true) {
  Alert alert = tests::alert("p", {{"alertname", "P"}, {"policy", "defensive_exit"}}, firing);
  if (!firing && explicit_end) alert.ends_at = alert.starts_at + 1min;
  return alert;
}

}  // namespace

TEST_CASE_METHOD(tests::Memory,
                 "an alert that demands a policy is a cause until it is recorded that it is over") {
  tell(ProcessStarted{"", true});
  tell(AlertSeen{demanding(true)});
  REQUIRE(history.alert_causes().contains("p"));
  CHECK(history.alert_causes().at("p").name() == "P");
  CHECK_FALSE(history.alert_causes().at("p").resolved);
  tell(AlertSeen{demanding(false, false)});
  CHECK_FALSE(history.alert_causes().at("p").resolved);
  tell(AlertSeen{demanding(false)});
  CHECK(history.alert_causes().at("p").resolved);
  tell(AlertSeen{demanding(true)});
  CHECK_FALSE(history.alert_causes().at("p").resolved);
  tell(CauseEnded{.key = "p", .how = CauseEnded::How::kEvidence});
  CHECK(history.alert_causes().empty());
}

TEST_CASE_METHOD(tests::Memory,
                 "in a journal of an earlier version the end of an alert was the end of its cause") {
  tell(ProcessStarted{""});
  tell(AlertSeen{demanding(true)});
  tell(AlertSeen{demanding(false)});
  CHECK(history.alert_causes().empty());
}

TEST_CASE_METHOD(tests::Memory, "what demands nothing is no cause") {
  tell(AlertSeen{tests::alert("a", {{"heal", "x"}})});
  tell(AlertSeen{tests::alert("b", {{"policy", "allow_all"}})});
  CHECK(history.alert_causes().empty());
}

TEST_CASE_METHOD(tests::Memory,
                 "what a ruler reports is remembered by ruler and labels, with all facts ever known") {
  const Labels labels{{"alertname", "Stale"}, {"issue", "critical"}, {"subsystem", "feed"}};
  const auto starts = base::WallTime(100s);
  tell(CauseSeen{.ruler = "prometheus", .labels = labels, .starts_at = starts, .facts = {"a"}});
  tell(CauseSeen{.ruler = "prometheus", .labels = labels, .starts_at = starts + 1s, .facts = {"b"}});
  REQUIRE(history.alert_causes().size() == 1);
  const AlertCause& cause = history.alert_causes().at(cause_key("prometheus", labels));
  CHECK(cause.starts_at == starts + 1s);
  CHECK(cause.facts == std::set<std::string>{"a", "b"});
  CHECK(cause_key("other", labels) != cause_key("prometheus", labels));
}

TEST_CASE_METHOD(tests::Memory,
                 "rules that were loaded are remembered until an operator accepts that they are gone") {
  const Labels rule{{"alertname", "Stale"}, {"issue", "critical"}};
  tell(RulesSeen{.ruler = "prometheus", .rules = {rule, {{"issue", "critical"}}}});
  REQUIRE(history.rules().size() == 1);
  CHECK(history.rules().contains(rule_key("prometheus", R"(Stale{issue="critical"})")));
  tell(RulesAccepted{.ruler = "prometheus", .rules = {rule}});
  CHECK(history.rules().empty());
}
