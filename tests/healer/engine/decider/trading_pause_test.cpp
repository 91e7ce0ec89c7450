// Trading is halted from the intent of pause_trading until that is undone, whatever the policy's word says,
// and the safe profile has nothing to do with it.
#include "healer/state/undo.h"
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using enum healer::Policy;
using Verdict = CheckInput::Verdict;

namespace {

struct Trading : DeciderFixture {
  Trading() {
    Playbook pause = config.playbooks[0];
    pause.name = "pause_trading";
    pause.accepts = {"ExchangeStale"};
    pause.rungs = {{.action = "pause_trading", .policy = kNoNewTrades, .lease = 24h},
                   {.action = "container_restart"}};
    pause.rungs[0].prepares = true;
    pause.rungs[0].disruptive = false;
    pause.undo_when_healed = true;
    pause.cooldown = 0s;
    Playbook safe = config.playbooks[0];
    safe.name = "safe_profile";
    safe.acts_on = "trading";
    safe.accepts = {"HostCpuHigh"};
    safe.rungs = {{.action = "switch_to_safe_profile", .policy = kSafeRiskProfile, .lease = 24h}};
    safe.rungs[0].disruptive = false;
    safe.verify.within = 1h;
    safe.undo_when_healed = true;
    config.playbooks.push_back(pause);
    config.playbooks.push_back(safe);
    decider->reconfigure(config);
    list({});
    live(5min);
    REQUIRE(policy() == kAllowAll);
  }
  void live(base::Duration time, const std::vector<Alert>& firing = {}) {
    for (base::Duration passed{}; passed < time; passed += 30s) {
      clock.advance(30s);
      list(firing);
    }
  }
  static Alert stale(bool firing = true) {
    return tests::alert(
        "stale", {{"alertname", "ExchangeStale"}, {"heal", "pause_trading"}, {"container", "quantum_redis"}},
        firing);
  }
  static Alert busy(bool firing = true) {
    return tests::alert("busy", {{"alertname", "HostCpuHigh"}, {"heal", "safe_profile"}}, firing);
  }
  const IncidentView& incident(const std::string& playbook) const {
    const auto& all = decider->view()->incidents;
    const auto found = std::ranges::find(all, playbook, &IncidentView::playbook);
    REQUIRE(found != all.end());
    return *found;
  }
  // Every action that runs succeeds; what restricts trading can be undone.
  void finish_all() {
    for (; finished < effects.runs.size(); ++finished) {
      const ActionRequest order = effects.runs[finished];
      std::optional<Undo> undo;
      if (restricts_trading(order.action)) undo = Undo{"resume_trading", "{}"};
      turn({ActionInput{.action_id = order.action_id,
                        .incident = order.incident,
                        .ok = true,
                        .detail = "done",
                        .undo = undo}});
    }
  }
  // Every open check of the playbook finds health, for so long.
  void heal(const std::string& playbook, base::Duration time = 10s) {
    for (base::Duration passed{}; passed < time; passed += 1s) {
      finish_all();
      clock.advance(1s);
      turn();
      const std::string id = incident(playbook).id;
      const auto last = std::find_if(effects.checks.rbegin(), effects.checks.rend(),
                                     [&](const CheckRequest& check) { return check.incident == id; });
      if (last != effects.checks.rend())
        turn({CheckInput{id, last->round, Verdict::kHealthy, clock.now().wall, "up"}});
    }
    finish_all();
  }
  int runs(const std::string& action) const {
    return static_cast<int>(std::ranges::count(effects.runs, action, &ActionRequest::action));
  }
  std::string undo(const std::string& action_id) { return operate(UndoAction{action_id}); }
  bool halted() const { return permissions().trading == policy::Trading::kHalted; }

  std::size_t finished = 0;
};

}  // namespace

TEST_CASE_METHOD(
    Trading, "trading is halted in the document before the trading system is asked, and until it is undone") {
  deliver(stale());
  CHECK(halted());
  CHECK(policy() == kNoNewTrades);
  const std::string halt = "halt " + incident("pause_trading").id + "/1 pause_trading";
  CHECK(std::ranges::count(effects.published.back().causes, halt) == 1);
  finish_all();
  list({stale()});
  CHECK(halted());
  deliver(stale(false));
  heal("pause_trading");
  REQUIRE(incident("pause_trading").state == State::kHealed);
  CHECK(runs("resume_trading") == 1);
  CHECK_FALSE(halted());
  CHECK(policy() == kNoNewTrades);
  live(2 * config.policy.relax_after);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Trading,
                 "a halt outlasts its lease, the release of its incident and a restart, in any order") {
  config.playbooks[1].rungs[0].lease = 1min;
  config.playbooks[1].undo_when_healed = false;
  decider->reconfigure(config);
  deliver(stale());
  finish_all();
  const bool restarted = GENERATE(true, false);
  const bool recorded = GENERATE(true, false);
  deliver(stale(false));
  heal("pause_trading");
  if (recorded) journal.set_eager(true);
  live(30min);
  if (restarted) start();
  list({});
  CHECK(halted());
  CHECK(policy() == kNoNewTrades);
  CHECK_FALSE(effects.published.back().permissions.new_positions == policy::NewPositions::kYes);
  const std::string action = incident("pause_trading").id + "/1";
  SECTION("an operator undoes the action") {
    CHECK(undo(action).empty());
    finish_all();
  }
  SECTION("an operator releases it") { CHECK(operate(ReleaseLease{action}).empty()); }
  turn();
  CHECK_FALSE(halted());
  start();
  list({});
  CHECK_FALSE(halted());
}

TEST_CASE_METHOD(Trading, "a pause that an operator has run halts trading as one that an alert asked for") {
  CHECK(operate(RunPlaybook{"pause_trading", "quantum_redis"}).empty());
  CHECK(halted());
  finish_all();
  live(10min);
  CHECK(halted());
  CHECK(undo(incident("pause_trading").id + "/1").empty());
  finish_all();
  turn();
  CHECK_FALSE(halted());
}

TEST_CASE_METHOD(Trading,
                 "a pause that could not be started halts nothing, one that failed or was interrupted does") {
  const auto how = GENERATE(0, 1, 2);
  deliver(stale());
  const ActionRequest order = effects.runs.back();
  if (how == 2) {
    start();
    list({stale()});
  } else {
    // The trading system may have obeyed, although its answer was lost.
    turn({ActionInput{.action_id = order.action_id,
                      .incident = order.incident,
                      .ok = false,
                      .detail = "no answer",
                      .started = how == 1}});
  }
  CHECK(halted() == (how != 0));
}

TEST_CASE_METHOD(Trading, "the safe profile does not delay a pause nor its undo") {
  deliver(busy());
  CHECK(policy() == kSafeRiskProfile);
  const bool finished_first = GENERATE(true, false);
  if (finished_first) finish_all();
  deliver(stale());
  CHECK(runs("pause_trading") == 1);
  CHECK(halted());
  CHECK(permissions().max_leverage == 5);
  finish_all();
  deliver(stale(false));
  heal("pause_trading");
  // The machine is busy still.
  CHECK(is_open(incident("safe_profile").state));
  CHECK(runs("resume_trading") == 1);
  CHECK(effects.runs.back().undo->parameters == R"({"undoes":"pause_trading"})");
  CHECK_FALSE(halted());
  live(2 * config.policy.relax_after, {busy()});
  CHECK(policy() == kSafeRiskProfile);
  CHECK(permissions() == policy::permissions_of(kSafeRiskProfile, {}));
}

TEST_CASE_METHOD(Trading, "a pause does not delay the safe profile nor its undo") {
  deliver(stale());
  finish_all();
  deliver(busy());
  CHECK(runs("switch_to_safe_profile") == 1);
  finish_all();
  deliver(busy(false));
  heal("safe_profile");
  REQUIRE(incident("safe_profile").state == State::kHealed);
  CHECK(runs("resume_trading") == 1);
  CHECK(effects.runs.back().undo->parameters == R"({"undoes":"switch_to_safe_profile"})");
  CHECK(halted());
}

TEST_CASE_METHOD(Trading, "the safe profile may wait for an operator, and a pause is undone all the same") {
  config.playbooks[2].verify.within = 5s;
  decider->reconfigure(config);
  deliver(busy());
  finish_all();
  for (int i = 0; i < 20 && incident("safe_profile").state != State::kExhausted; ++i) {
    answer_check(CheckInput::Verdict::kUnhealthy);
    pass(1s);
  }
  REQUIRE(incident("safe_profile").state == State::kExhausted);
  deliver(stale());
  CHECK(halted());
  finish_all();
  SECTION("when its incident is healed") {
    deliver(stale(false));
    heal("pause_trading");
  }
  SECTION("by an operator") {
    CHECK(undo(incident("pause_trading").id + "/1").empty());
    finish_all();
  }
  turn();
  CHECK(runs("resume_trading") == 1);
  CHECK_FALSE(halted());
}

TEST_CASE_METHOD(Trading,
                 "where the pause acts on trading as well, neither waits nor cools down for the other") {
  Playbook& pause = config.playbooks[1];
  pause.acts_on = "trading";
  pause.rungs = {pause.rungs[0]};
  pause.rungs[0].prepares = false;
  pause.cooldown = 10min;
  config.playbooks[2].cooldown = 10min;
  decider->reconfigure(config);
  const bool pause_first = GENERATE(true, false);
  Alert exchange = stale();
  exchange.labels.erase("container");
  if (pause_first) deliver(exchange);
  deliver(busy());
  if (!pause_first) deliver(exchange);
  CHECK(runs("pause_trading") == 1);
  CHECK(runs("switch_to_safe_profile") == 1);
  CHECK(halted());
  finish_all();
  exchange.firing = false;
  deliver(exchange);
  heal("pause_trading");
  CHECK(runs("resume_trading") == 1);
  CHECK_FALSE(halted());
  CHECK(is_open(incident("safe_profile").state));
}

TEST_CASE_METHOD(Trading, "what two pauses halt goes on when both are undone") {
  deliver(stale());
  finish_all();
  CHECK(operate(RunPlaybook{"pause_trading", "quantum_trading_bot"}).empty());
  const std::string by_hand = incident("pause_trading").id;
  finish_all();
  REQUIRE(runs("pause_trading") == 2);
  CHECK(undo(by_hand + "/1").empty());
  turn();
  // The other one still holds trading back.
  CHECK(runs("resume_trading") == 0);
  CHECK(halted());
}

TEST_CASE_METHOD(Trading, "what an operator undoes does not wait until it is known whether it helped") {
  deliver(busy());
  finish_all();
  REQUIRE(incident("safe_profile").state == State::kVerifying);
  CHECK(undo(incident("safe_profile").id + "/1").empty());
  turn();
  CHECK(runs("resume_trading") == 1);
}
