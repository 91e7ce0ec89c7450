#include "healer/engine/policy/chain.h"

#include "tests/catch.h"
#include "tests/healer/engine/policy/chain_fixture.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;
using tests::ChainFixture;
using Words = std::vector<std::string>;

TEST_CASE("a heartbeat is a Watchdog with the labels of this installation") {
  const HeartbeatConfig config{.labels = {{"installation", "salus"}}};
  CHECK(is_heartbeat(tests::alert("a", {{"alertname", "Watchdog"}, {"installation", "salus"}}), config));
  CHECK_FALSE(is_heartbeat(tests::alert("a", {{"alertname", "Watchdog"}, {"cluster", "x"}}), config));
  CHECK_FALSE(
      is_heartbeat(tests::alert("a", {{"alertname", "Watchdog"}, {"installation", "other"}}), config));
  CHECK_FALSE(is_heartbeat(tests::alert("a", {{"alertname", "Other"}, {"installation", "salus"}}), config));
}

TEST_CASE_METHOD(ChainFixture, "a whole way is sound, and its rulers' answers are known") {
  CHECK_FALSE(chain.has_answers(config));
  CHECK(causes().empty());
  CHECK(last.sound);
  CHECK(last.view.ok);
  CHECK(last.view.demanded == Policy::kAllowAll);
  CHECK(last.view.delivered == Policy::kAllowAll);
  CHECK(chain.has_answers(config));
  CHECK(chain.beats());
  CHECK(chain.knows("Watchdog"));
  CHECK_FALSE(chain.knows("Other"));
  CHECK(chain.states().size() == 1);
}

TEST_CASE_METHOD(ChainFixture, "without a ruler there is nothing to compare") {
  config.rulers.clear();
  CHECK(chain.has_answers(config));
  beats = false;
  answers = false;
  CHECK(causes().empty());
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "a ruler that has not answered yet, or not for a while, proves nothing") {
  answers = false;
  look();
  CHECK_FALSE(last.sound);
  CHECK_FALSE(last.view.rulers.at("prometheus").up);
  CHECK(last.view.rulers.at("prometheus").error == "refused");
  answers = true;
  look();
  CHECK(last.sound);
  CHECK(last.view.rulers.at("prometheus").up);
  answers = false;
  look();
  CHECK(last.sound);
  look(30s);
  CHECK_FALSE(last.sound);
  CHECK(last.causes.empty());
  CHECK(causes(config.policy.prometheus_timeout) == Words{"no_new_trades: Prometheus unreachable"});
  config.rulers.push_back({"loki", "http://l", {}});
  CHECK_FALSE(chain.has_answers(config));
}

TEST_CASE_METHOD(ChainFixture, "a heartbeat that does not arrive is named, and a cause when that lasts") {
  beats = false;
  look();
  CHECK_FALSE(last.sound);
  CHECK(last.view.problems == Words{"heartbeat: Watchdog is not delivered by Alertmanager"});
  CHECK(last.causes.empty());
  CHECK(lasting_causes() == Words{"no_new_trades: heartbeat: Watchdog is not delivered by Alertmanager"});
}

TEST_CASE_METHOD(ChainFixture,
                 "a heartbeat without its policy, or a rule that carries none, proves nothing") {
  SECTION("on delivery") {
    beats = false;
    chain.take(
        AlertsInput{.alerts = {tests::alert("w", {{"alertname", "Watchdog"}, {"installation", "salus"}})}},
        config.heartbeat, clock.now().mono);
    CHECK(lasting_causes() ==
          Words{"no_new_trades: heartbeat: Watchdog is delivered without its label policy"});
  }
  SECTION("an older rule") {
    rule("Watchdog").labels = {{"severity", "info"}};
    rule("Watchdog").active[0].labels = {{"alertname", "Watchdog"}, {"severity", "info"}};
    look();
    CHECK(last.view.problems.front().find("is not loaded in prometheus") != std::string::npos);
  }
  SECTION("the demand is not recorded") {
    quiet("Watchdog");
    CHECK(lasting_causes() ==
          Words{"no_new_trades: heartbeat: prometheus does not know the policy that the rules demand"});
  }
  CHECK_FALSE(last.sound);
}

TEST_CASE_METHOD(ChainFixture,
                 "a demand that arrives otherwise than it was made is a cause when that lasts") {
  demand("defensive_exit");
  beat = "allow_all";
  CHECK(
      lasting_causes() ==
      Words{"defensive_exit: heartbeat: the rules demand defensive_exit, Alertmanager delivers allow_all",
            "defensive_exit: heartbeat: the rules demand defensive_exit, but no alert has it as its policy"});
  demand("allow_all");
  beat.reset();
  CHECK(causes().empty());
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "a demand that changes ends the old heartbeat while the new one beats") {
  look();
  chain.take(AlertsInput{.alerts = {heartbeat("defensive_exit")}}, config.heartbeat, clock.now().mono);
  Alert old = heartbeat("allow_all");
  old.firing = false;
  chain.take(AlertsInput{.alerts = {old}}, config.heartbeat, clock.now().mono);
  CHECK(chain.beats());
  Alert now = heartbeat("defensive_exit");
  now.firing = false;
  chain.take(AlertsInput{.alerts = {now}}, config.heartbeat, clock.now().mono);
  CHECK_FALSE(chain.beats());
}

TEST_CASE_METHOD(ChainFixture, "a truncated delivery holds until a list that was asked for later") {
  look();
  chain.take(AlertsInput{.truncated = true}, config.heartbeat, clock.now().mono);
  judge();
  CHECK_FALSE(last.sound);
  beats = false;
  clock.advance(10s);
  judge();
  REQUIRE(last.causes.size() == 1);
  CHECK(last.causes[0].what.find("truncated a delivery") != std::string::npos);
  beats = true;
  CHECK(causes().empty());
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "an older answer does not replace a newer one") {
  auto old = answer();
  look();
  old.state = std::make_shared<const RulerState>();
  chain.take(std::move(old), clock.now().mono);
  CHECK(chain.knows("Watchdog"));
}

TEST_CASE_METHOD(ChainFixture, "an operator ends what waits for one, by its words or by its name") {
  add_rule("P", {{"policy", "defensive_exit"}});
  fire("P");
  look();
  CHECK_FALSE(Chain::release(last, "alert P"));
  remove_rule("P");
  lasting_causes();
  CHECK(Chain::release(last, "alert P: its rule is no longer loaded in prometheus"));
  CHECK(Chain::release(last, "alert P"));
  CHECK(Chain::release(last, "rules no longer loaded in prometheus"));
  const auto none = Chain::release(last, "Q");
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("alert P: its rule") != std::string::npos);
  const auto both = Chain::release(last, "P");
  REQUIRE(both);
  for (const Fact& fact : *both) tell(fact);
  CHECK(causes().empty());
  CHECK(last.sound);
}
