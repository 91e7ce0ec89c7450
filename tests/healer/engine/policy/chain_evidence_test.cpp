// When a cause is over, and every way in which it only looks so.
#include "tests/catch.h"
#include "tests/healer/engine/policy/chain_fixture.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;
using tests::ChainFixture;
using Words = std::vector<std::string>;

namespace {

struct Firing : ChainFixture {
  Firing() {
    add_rule("P", {{"policy", "defensive_exit"}});
    add_rule("Stale", {{"issue", "critical"}, {"impacts_trading", "true"}, {"status", "critical"}});
    facts = Facts{{"risk_guard", {"salus_subsystem_info", "salus_subsystem_state_present"}}};
    look();
    fire("Stale", {{"subsystem", "risk_guard"}});
    fire("P");
    demand("defensive_exit");
    look();
    deliver(delivered("P"));
    look();
    REQUIRE(history.alert_causes().size() == 3);  // P twice: as reported and as delivered
  }
  void resolve() {
    quiet("P");
    demand("allow_all");
    deliver(delivered("P", false));
  }
};

}  // namespace

TEST_CASE_METHOD(Firing, "a cause is over when its rule is loaded, healthy, evaluated since, and inactive") {
  resolve();
  quiet("Stale");
  CHECK(causes().empty());
  CHECK(last.sound);
  CHECK(history.alert_causes().empty());
}

TEST_CASE_METHOD(Firing, "what Alertmanager still has firing is not over") {
  quiet("P");
  quiet("Stale");
  look();
  CHECK(history.alert_causes().size() == 1);
  deliver(delivered("P", false));
  look();
  CHECK(history.alert_causes().empty());
}

TEST_CASE_METHOD(Firing,
                 "a rule that is gone, fails, is not evaluated, pending or otherwise labelled ends nothing") {
  resolve();
  std::string why;
  SECTION("gone") {
    remove_rule("P");
    why = "its rule is no longer loaded in prometheus";
  }
  SECTION("failing") {
    rule("P").health = "err";
    why = "its rule fails in prometheus";
  }
  SECTION("not evaluated since") {
    rule("P").health = "unknown";
    rule("P").evaluated_at = {};
    why = "its rule has not been evaluated since in prometheus";
  }
  SECTION("pending") {
    fire("P", {}, false);
    why = "still active in prometheus";
  }
  SECTION("without its label") {
    rule("P").labels = {};
    why = "its rule has other labels now in prometheus";
  }
  SECTION("the demand is not known") {
    quiet("Watchdog");
    why = "prometheus does not know the policy that the rules demand";
  }
  SECTION("no answer") {
    answers = false;
    why = "prometheus does not answer";
  }
  const auto words = causes();
  CHECK(std::ranges::find(words, "defensive_exit: alert P: " + why) != words.end());
  look(1h);
  CHECK(history.alert_causes().size() >= 2);
}

TEST_CASE_METHOD(Firing,
                 "an alert that has vanished with its rule file holds what the rules would derive from it") {
  resolve();
  remove_rule("Stale");
  CHECK(causes() == Words{"defensive_exit: alert Stale: its rule is no longer loaded in prometheus"});
  add_rule("Stale", {{"issue", "critical"}, {"impacts_trading", "true"}, {"status", "critical"}});
  CHECK(causes().empty());
}

TEST_CASE_METHOD(Firing, "a cause without evidence shows in what is wrong with the way") {
  resolve();
  quiet("Stale");
  facts = Facts{};
  look();
  CHECK(last.sound);
  CHECK_FALSE(last.view.ok);
  CHECK(last.view.problems.size() == 1);
}

TEST_CASE_METHOD(Firing, "an alert about what is not watched any more is not over") {
  resolve();
  quiet("Stale");
  const auto [remain, why] = GENERATE(table<std::optional<Facts>, std::string>({
      {Facts{}, "subsystem risk_guard has no metrics any more"},
      {Facts{{"risk_guard", {"salus_subsystem_info"}}},
       "metric salus_subsystem_state_present of subsystem risk_guard is missing"},
      {std::nullopt, "the facts about subsystem risk_guard cannot be read"},
  }));
  const auto before = facts;
  facts = remain;
  CHECK(causes() == Words{"defensive_exit: alert Stale: " + why});
  facts = before;
  CHECK(causes().empty());
}

TEST_CASE_METHOD(Firing, "a ruler that has restarted must collect its data first") {
  started_at = clock.now().wall + 1s;
  resolve();
  quiet("Stale");
  rule("Stale").hold = 2min;
  CHECK(causes() ==
        Words{"defensive_exit: alert P: prometheus has restarted and is still collecting data",
              "defensive_exit: alert Stale: prometheus has restarted and is still collecting data"});
  CHECK(causes(1min + 10s) ==
        Words{"defensive_exit: alert Stale: prometheus has restarted and is still collecting data"});
  CHECK(causes(2min).empty());
}

TEST_CASE_METHOD(Firing, "a ruler that is not configured any more proves nothing") {
  resolve();
  quiet("Stale");
  config.rulers = {{"other", "http://o", {}}};
  const auto words = causes();
  CHECK(std::ranges::find(words, "defensive_exit: alert P: ruler prometheus is not configured any more") !=
        words.end());
}

TEST_CASE_METHOD(Firing, "after a restart causes hold until their ruler has answered") {
  resolve();
  quiet("Stale");
  chain = Chain();
  judge();
  REQUIRE_FALSE(last.causes.empty());
  CHECK(last.causes[0].what.find("the rules of prometheus are not known yet") != std::string::npos);
  CHECK(last.view.problems.empty());
  CHECK(causes().empty());
}

TEST_CASE_METHOD(ChainFixture,
                 "an alert of a ruler that is not configured ends after its end and some time") {
  const bool with_ruler = GENERATE(true, false);
  if (!with_ruler) config.rulers.clear();
  look();
  Alert foreign = tests::alert("x", {{"alertname", "Foreign"}, {"policy", "no_new_trades"}});
  deliver(foreign);
  CHECK(causes().empty());  // it is a cause as a firing alert
  foreign.firing = false;
  deliver(foreign);  // it has only vanished
  CHECK(causes(24h) ==
        Words{"no_new_trades: alert Foreign: not resolved, and its rule is in no configured ruler"});
  foreign.ends_at = clock.now().wall;
  deliver(foreign);
  CHECK(
      causes() ==
      Words{
          "no_new_trades: alert Foreign: resolved, held for 2m because its rule is in no configured ruler"});
  CHECK(last.due);
  CHECK(last.view.problems.empty());
  CHECK(causes(2min).empty());
}

TEST_CASE_METHOD(ChainFixture, "an alert whose label comes from relabelling ends with its rule") {
  add_rule("Plain", {{"severity", "critical"}});
  look();
  fire("Plain");
  Alert labelled = delivered("Plain");
  labelled.labels["policy"] = "defensive_exit";
  deliver(labelled);
  look();
  quiet("Plain");
  labelled.firing = false;
  labelled.ends_at = clock.now().wall;
  deliver(labelled);
  CHECK(causes().empty());
}
