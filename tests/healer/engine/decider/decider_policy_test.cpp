#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using enum healer::Policy;

namespace {

Alert demanding(const std::string& policy, bool firing = true) {
  return tests::alert("p-" + policy, {{"alertname", "P"}, {"policy", policy}}, firing);
}

// Time passes while Alertmanager holds these alerts.
void live(DeciderFixture& mind, base::Duration time, const std::vector<Alert>& firing = {}) {
  for (base::Duration passed{}; passed < time; passed += 30s) {
    mind.clock.advance(30s);
    mind.list(firing);
  }
}

}  // namespace

TEST_CASE_METHOD(DeciderFixture,
                 "the first start ever allows no new trades until health was seen for long enough") {
  list({});
  CHECK(policy() == kNoNewTrades);
  live(*this, config.policy.relax_after - 30s);
  CHECK(policy() == kNoNewTrades);
  live(*this, 30s);
  CHECK(policy() == kSafeRiskProfile);
  CHECK(permissions().new_positions == policy::NewPositions::kReduced);
  live(*this, config.policy.relax_after);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture,
                 "however many causes there are, the strictest are named and the others counted") {
  std::vector<Alert> alerts{tests::alert("z", {{"alertname", "Z"}, {"policy", "emergency_shutdown"}})};
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "A" + std::to_string(i);
    alerts.push_back(tests::alert(name, {{"alertname", name}, {"policy", "no_new_trades"}}));
  }
  list(alerts);
  const auto& causes = effects.published.back().causes;
  REQUIRE(causes.size() >= 201);
  CHECK(causes.size() < 210);
  CHECK(causes.front() == "alert Z");
  CHECK(std::ranges::count(causes, "801 further causes") == 1);
}

TEST_CASE_METHOD(DeciderFixture, "a policy is on disk and published before any incident is looked at") {
  list({});
  live(*this, 5min);
  std::vector<Alert> alerts{down(), demanding("defensive_exit")};
  list(alerts);
  CHECK(policy() == kDefensiveExit);
  std::size_t moved = 0;
  std::size_t opened = 0;
  for (const Entry& entry : journal.entries()) {
    if (const auto* move = std::get_if<PolicyMoved>(&entry.record.fact);
        move != nullptr && move->to == kDefensiveExit)
      moved = entry.seq;
    if (std::holds_alternative<IncidentOpened>(entry.record.fact)) opened = entry.seq;
  }
  CHECK(moved != 0);
  CHECK(moved < opened);
}

TEST_CASE_METHOD(DeciderFixture,
                 "the lease is renewed at a third of its length, and ends when it is not renewed") {
  list({});
  const std::size_t before = effects.published.size();
  const PolicyDocument document = effects.published.back();
  CHECK(document.valid_until == document.issued_at + config.policy.lease);
  clock.advance(config.policy.lease / 3 - 1ns);
  turn();
  CHECK(effects.published.size() == before);
  clock.advance(1ns);
  const base::MonoTime due = turn();
  CHECK(effects.published.size() == before + 1);
  CHECK(due <= clock.now().mono + config.policy.lease / 3);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "after a restart the level is kept, and nothing is loosened before Alertmanager has answered") {
  list({});
  live(*this, 5min);
  REQUIRE(policy() == kAllowAll);
  start();
  turn();
  CHECK(policy() == kNoNewTrades);
  CHECK(effects.published.back().causes ==
        std::vector<std::string>{"starting: Alertmanager has not answered yet"});
  list({}, false);
  CHECK(policy() == kNoNewTrades);
  list({});
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture, "after a restart a stricter level is kept and loosens step by step") {
  list({demanding("defensive_exit")});
  start();
  list({});
  CHECK(policy() == kDefensiveExit);
  deliver(demanding("defensive_exit", false));
  live(*this, config.policy.relax_after);
  CHECK(policy() == kNoNewTrades);
}

TEST_CASE_METHOD(DeciderFixture,
                 "an emergency outlives its cause and the healer, until an operator releases it") {
  list({demanding("emergency_shutdown")});
  CHECK(operate(ReleasePolicy{}).find("still demanded by: alert P") != std::string::npos);
  deliver(demanding("emergency_shutdown", false));
  live(*this, 30min);
  start();
  live(*this, 30min);
  CHECK(policy() == kEmergencyShutdown);
  CHECK(operate(ReleasePolicy{}).empty());
  live(*this, config.policy.relax_after);
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "an emergency that comes back after the release, before anything was loosened, latches again") {
  deliver(demanding("emergency_shutdown"));
  deliver(demanding("emergency_shutdown", false));
  operate(ReleasePolicy{});
  deliver(demanding("emergency_shutdown"));
  deliver(demanding("emergency_shutdown", false));
  const bool restarted = GENERATE(true, false);
  if (restarted) start();
  live(*this, 30min);
  CHECK(policy() == kEmergencyShutdown);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "an operator's hold holds for its time, also over a restart, and a hold for good until it is released") {
  list({});
  live(*this, 5min);
  CHECK(operate(HoldPolicy{kSafeRiskProfile, 10min}).empty());
  CHECK(policy() == kSafeRiskProfile);
  CHECK(effects.published.back().causes == std::vector<std::string>{"operator hold"});
  start();
  live(*this, 9min);
  CHECK(policy() == kSafeRiskProfile);
  live(*this, 8min);
  CHECK(policy() == kAllowAll);

  operate(HoldPolicy{kNoNewTrades});
  live(*this, 24h);
  CHECK(policy() == kNoNewTrades);
  CHECK(operate(ReleasePolicy{}).empty());
  live(*this, 5min);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture,
                 "silence of the Watchdog tightens once, is reported once, and counts from the start if it "
                 "never arrived") {
  const bool heard = GENERATE(true, false);
  if (heard) {
    list({});
    live(*this, 5min);
    REQUIRE(policy() == kAllowAll);
  }
  clock.advance(config.policy.watchdog_timeout);
  for (int i = 0; i < 10; ++i) {
    turn();
    clock.advance(1min);
  }
  CHECK(policy() == kNoNewTrades);
  CHECK(decider->view()->watchdog_silent);
  CHECK(std::count_if(effects.notices.begin(), effects.notices.end(), [](const Notice& notice) {
          return notice.kind == Notice::Kind::kWatchdogSilent;
        }) == 1);
  deliver(tests::alert("w", {{"alertname", "Watchdog"}}));
  CHECK_FALSE(decider->view()->watchdog_silent);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a policy that cannot be written tightens all the same, and is written when it can be") {
  list({});
  live(*this, 5min);
  journal.set_failing(true);
  list({demanding("defensive_exit")});
  CHECK(policy() == kDefensiveExit);
  journal.set_failing(false);
  clock.advance(1s);
  list({demanding("defensive_exit")});
  start();
  turn();
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(DeciderFixture, "a step down that cannot be written is not taken") {
  list({demanding("defensive_exit")});
  deliver(demanding("defensive_exit", false));
  clock.advance(config.policy.relax_after - 1s);
  list({});
  journal.set_failing(true);
  clock.advance(1s);
  list({});
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(DeciderFixture, "a delivery that cannot be written tightens all the same, until it can be") {
  list({});
  live(*this, 5min);
  journal.set_failing(true);
  turn({AlertsInput{.alerts = {demanding("emergency_shutdown")}, .unwritten = true}});
  CHECK(policy() == kEmergencyShutdown);
  CHECK(effects.published.back().causes.front() == "alert P");
  turn({AlertsInput{.alerts = {demanding("emergency_shutdown", false)}, .unwritten = true}});
  journal.set_failing(false);
  clock.advance(1s);
  deliver(demanding("emergency_shutdown"));
  CHECK(effects.published.back().causes == std::vector<std::string>{"alert P"});
  start();
  turn();
  CHECK(policy() == kEmergencyShutdown);
}

TEST_CASE_METHOD(DeciderFixture, "nothing is loosened on what a dead Prometheus leaves behind") {
  list({});
  live(*this, 5min);
  deliver(demanding("no_new_trades"));
  live(*this, 30s, {demanding("no_new_trades")});
  // Prometheus dies: Alertmanager repeats its last Watchdog, the lists show how old that is, then all it said
  // runs out.
  const auto watchdog = [](bool firing) { return tests::alert("w", {{"alertname", "Watchdog"}}, firing); };
  for (int i = 0; i < 6; ++i) {
    clock.advance(30s);
    deliver(watchdog(true));
    if (i % 2 == 1) list({demanding("no_new_trades")}, false);
  }
  deliver(demanding("no_new_trades", false));
  SECTION("its Watchdog is repeated for a while") { deliver(watchdog(true)); }
  SECTION("its Watchdog runs out as well") { deliver(watchdog(false)); }
  for (int i = 0; i < 20; ++i) {
    clock.advance(30s);
    if (i % 2 == 1) list({}, false);
    turn();
    CHECK(policy() == kNoNewTrades);
  }
  // It returns: health is counted from there.
  list({});
  live(*this, config.policy.relax_after - 30s);
  CHECK(policy() == kNoNewTrades);
  live(*this, 30s);
  CHECK(policy() == kSafeRiskProfile);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a Watchdog that runs out starts the dwell again, and so does a list without one") {
  list({demanding("defensive_exit")});
  deliver(demanding("defensive_exit", false));
  clock.advance(config.policy.relax_after - 30s);
  list({});
  const bool by_list = GENERATE(true, false);
  if (by_list) {
    list({}, false);
  } else {
    deliver(tests::alert("w", {{"alertname", "Watchdog"}}, false));
  }
  list({});
  live(*this, config.policy.relax_after - 30s);
  CHECK(policy() == kDefensiveExit);
  live(*this, 30s);
  CHECK(policy() == kNoNewTrades);
}

TEST_CASE_METHOD(DeciderFixture, "an Alertmanager that cannot be asked any more is no evidence of health") {
  list({demanding("defensive_exit")});
  deliver(demanding("defensive_exit", false));
  config.policy.watchdog_timeout = 1h;
  config.policy.relax_after = 3min;
  decider->reconfigure(config);
  for (int i = 0; i < 20; ++i) {
    clock.advance(30s);
    deliver(tests::alert("w", {{"alertname", "Watchdog"}}));
  }
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "a document is issued again when the wall clock was set, so that it is valid for its lease") {
  list({});
  const auto set = GENERATE(base::Duration(48h), base::Duration(-48h), base::Duration(-1s));
  clock.set_wall(clock.now().wall + set);
  turn();
  CHECK(effects.published.back().issued_at == clock.now().wall);
  CHECK(effects.published.back().valid_until == clock.now().wall + config.policy.lease);
}

TEST_CASE_METHOD(DeciderFixture, "sequences grow with each document, also over restarts") {
  list({});
  deliver(demanding("defensive_exit"));
  clock.advance(1s);
  start();
  turn();
  std::uint64_t last = 0;
  for (const PolicyDocument& document : effects.published) {
    CHECK(document.sequence > last);
    last = document.sequence;
  }
}

TEST_CASE_METHOD(DeciderFixture,
                 "a Prometheus that is unreachable for its time tightens, also when alerts still arrive") {
  config.prometheus_url = "http://prometheus.example:9090";
  decider->reconfigure(config);
  const auto answer = [this](bool answers) { turn({PrometheusInput{answers}}); };
  for (base::Duration passed{}; passed < 10min; passed += 30s) {
    clock.advance(30s);
    answer(true);
    list({});
  }
  REQUIRE(policy() == kAllowAll);
  for (base::Duration passed{}; passed < config.policy.prometheus_timeout; passed += 30s) {
    CHECK(policy() == kAllowAll);
    clock.advance(30s);
    answer(false);
    list({});
  }
  CHECK(policy() == kNoNewTrades);
  CHECK(effects.published.back().causes == std::vector<std::string>{"Prometheus unreachable"});
  answer(true);
  CHECK(effects.published.back().causes == std::vector<std::string>{"relaxing step by step"});
}

TEST_CASE_METHOD(DeciderFixture,
                 "a policy file that cannot be written tightens the policy everywhere at once") {
  list({});
  live(*this, 5min);
  REQUIRE(policy() == kAllowAll);
  effects.file_fails = true;
  clock.advance(config.policy.lease / 3);
  list({});
  CHECK(policy() == kNoNewTrades);
  CHECK(effects.published.back().causes == std::vector<std::string>{"policy file not writable"});
  live(*this, 30min);
  CHECK(policy() == kNoNewTrades);
  effects.file_fails = false;
  live(*this, 30s);
  CHECK(effects.published.back().causes == std::vector<std::string>{"relaxing step by step"});
  live(*this, 2 * config.policy.relax_after);
  CHECK(policy() == kAllowAll);
}
