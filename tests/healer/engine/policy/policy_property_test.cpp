// Whatever happens in whatever order, with crashes at any write, disks that are full for a while, journals
// that are lost, whose old records are removed, or whose checkpoint cannot be used, and clocks that are set:
// in every published document each permission is at most what every cause allows that the healer knows of and
// that has not ended, its word is at least as strict as theirs, and no document is valid for longer than its
// lease.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/catch.h"
#include "tests/healer/policy_obligations.h"

using namespace healer;
using namespace std::chrono_literals;
using Fault = tests::FakeJournal::Fault;

namespace {

Config leasing_config() {
  Config config = tests::example_config();
  config.prometheus_url = "http://prometheus.example:9090";
  Playbook& playbook = config.playbooks[0];
  playbook.rungs[0].policy = Policy::kSafeRiskProfile;
  playbook.rungs[0].lease = 10min;
  playbook.policy_while_running = Policy::kNoNewTrades;
  playbook.attempts = 1000;
  playbook.cooldown = 0s;
  Playbook pause = playbook;
  pause.name = "pause_trading";
  pause.policy_while_running.reset();
  pause.undo_when_healed = true;
  pause.rungs[0] = {.action = "pause_trading", .policy = Policy::kSafeRiskProfile, .lease = 5min};
  pause.rungs[0].prepares = true;
  pause.rungs[0].disruptive = false;
  config.playbooks.push_back(pause);
  config.journal.retention = 10min;
  return config;
}

class Walk : tests::Obliged {
 public:
  explicit Walk(std::uint32_t seed) : random_(seed) {
    config = leasing_config();
    start();
    begin_life();
    list_now();
  }

  void step() {
    const auto before = causes();
    const std::size_t published = effects.published.size();
    try {
      act();
      turn();
    } catch (const tests::Crash&) {
      restart();
    }
    note_runs();
    judge(before, published);
  }

 private:
  std::uint32_t draw(std::uint32_t below) { return random_() % below; }

  void act() {
    switch (draw(26)) {
      case 0:
      case 1:
        return fire();
      case 2:
      case 3:
        return end(true);
      case 4:
        return end(false);
      case 5:
      case 6:
        return list_now();
      case 7:
        return list({}, false);  // monitoring is dead
      case 8:
        return hold();
      case 9:
        return release();
      case 10:
        return release_lease();
      case 11:
        return restart();
      case 12:
        journal.befall(draw(2) == 0 ? Fault::kCrashBefore : Fault::kCrashAfter,
                       journal.appends() + 1 + static_cast<int>(draw(3)));
        return;
      case 13:
        journal.set_failing(draw(4) == 0);
        return;
      case 14:
        effects.file_fails = draw(4) == 0;
        return;
      case 15:
        return deliver(down());
      case 16:
        return deliver(down("quantum_redis", false));
      case 17:
        return finish();
      case 18:
        return look();
      case 19:
        return draw(10) == 0 ? lose_journal() : answer(draw(3) > 0);
      case 20:
        return release_incident();
      case 21:
        clock.set_wall(clock.now().wall + std::chrono::hours(draw(97)) - 48h);
        return;
      case 23:
        return deliver(paused(draw(3) > 0));
      case 24:
        return undo();
      case 22:
        journal.set_eager(draw(2) == 0);
        journal.befall_checkpoint(draw(2) == 0 ? Fault::kCrashBefore : Fault::kCrashAfter);
        if (draw(3) == 0) journal.lose_checkpoint();
        return;
      default:
        clock.advance(std::chrono::seconds(1 + draw(200)));
    }
  }

  void begin_life() {
    watchdog_heard_ = prometheus_heard_ = clock.now().mono;
    blind_ = true;
  }

  static Alert paused(bool firing) {
    return tests::alert("pause", {{"heal", "pause_trading"}, {"container", "quantum_redis"}}, firing);
  }

  // A restart that crashes again at its first write starts once more, as the service manager does.
  void restart() {
    std::erase_if(known_, [](const auto& alert) { return !alert.second; });
    for (int i = 0; i < 5; ++i) {
      try {
        start();
        begin_life();
        journal.set_quarantined("");
        turn();
        return;
      } catch (const tests::Crash&) {
      }
    }
  }

  // What it held is not known any more: the healer starts held, until an operator has looked.
  void lose_journal() {
    journal.set_failing(false);
    journal.cut_to(0);
    journal.set_quarantined("it was cut");
    known_.clear();
    leases_.clear();
    halts_.clear();
    emergency_ = false;
    hold_ = Policy::kNoNewTrades;
    effects.runs.clear();
    seen_runs_ = 0;
    restart();
  }

  void answer(bool answers) {
    if (answers) prometheus_heard_ = clock.now().mono;
    turn({PrometheusInput{answers}});
  }

  // By a clock that nobody sets: monitoring's is not the healer's.
  base::WallTime monitoring_time() const {
    return base::WallTime(1765944000s) + clock.now().mono.time_since_epoch();
  }

  Alert alert_of(std::uint32_t which, bool firing) {
    const std::string policy(to_string(static_cast<Policy>(which)));
    Alert alert = tests::alert("p" + policy, {{"alertname", "P" + policy}, {"policy", policy}}, firing);
    alert.starts_at = starts_[which];
    return alert;
  }

  void fire() {
    const std::uint32_t which = 1 + draw(4);
    if (!world_[which]) starts_[which] = monitoring_time();
    world_[which] = true;
    told(which, true);
  }

  // `truly`: else monitoring is wrong about it, and says so with the next list.
  void end(bool truly) {
    const std::uint32_t which = 1 + draw(4);
    if (!world_[which]) return;
    world_[which] = !truly;
    told(which, false);
  }

  // By webhook: what was acknowledged counts from then on. What was not is unknown to the healer, unless it
  // says so itself.
  void told(std::uint32_t which, bool firing) {
    const Alert alert = alert_of(which, firing);
    if (!firing) known_.erase(which);  // whether or not the answer arrives, it may count as ended
    const auto before = decider->alerts().accept(std::vector{alert}, AlertStore::Source::kWebhook);
    if (before && firing) known_[which] = true;
    turn({AlertsInput{.alerts = {alert}}});
  }

  void list_now() {
    std::vector<Alert> alerts;
    for (std::uint32_t which = 1; which <= 4; ++which) {
      if (world_[which]) {
        alerts.push_back(alert_of(which, true));
      } else {
        known_.erase(which);
      }
    }
    clock.advance(1ms);
    watchdog_heard_ = clock.now().mono;
    blind_ = false;
    list(alerts);
    // What could not be written is known to this life of the healer only: the next one is blind until it gets
    // a list.
    const bool durable = decider->view()->journal_ok;
    for (std::uint32_t which = 1; which <= 4; ++which) {
      if (world_[which]) known_[which] = known_[which] || durable;
    }
  }

  void hold() {
    const auto held = static_cast<Policy>(1 + draw(4));
    const std::optional<Policy> before =
        std::exchange(hold_, std::nullopt);  // in doubt, while it is being replaced
    if (operate(HoldPolicy{held}).empty()) {
      hold_ = held;
    } else {
      hold_ = before;
    }
  }

  void release() {
    const std::optional<Policy> before = std::exchange(hold_, std::nullopt);
    if (operate(ReleasePolicy{}).empty()) {
      emergency_ = false;
    } else {
      hold_ = before;
    }
  }

  void release_lease() {
    if (leases_.empty() && halts_.empty()) return;
    const std::string name =
        leases_.empty() ? *halts_.begin()
                        : std::next(leases_.begin(), draw(static_cast<std::uint32_t>(leases_.size())))->first;
    // In doubt, while it is being released.
    auto lease = leases_.extract(name);
    auto halt = halts_.extract(name);
    if (operate(ReleaseLease{name}).empty()) return;
    if (!lease.empty()) leases_.insert(std::move(lease));
    if (!halt.empty()) halts_.insert(std::move(halt));
  }

  void undo() {
    for (const IncidentView& incident : decider->view()->incidents) {
      for (const IncidentView::Undo& undo : incident.undos) {
        if (undo.undone || !undo.incident.empty()) continue;
        operate(UndoAction{undo.action_id});
        return;
      }
    }
  }

  void release_incident() {
    for (const IncidentView& incident : decider->view()->incidents) {
      if (incident.state != State::kExhausted) continue;
      operate(ReleaseIncident{incident.id});
      return;
    }
  }

  void finish() {
    if (effects.runs.empty()) return;
    const ActionRequest order = effects.runs.back();
    const bool begun = draw(4) > 0;
    const bool ok = begun && draw(5) > 0;
    if (!begun) forget(order.action_id);
    const auto& incidents = decider->view()->incidents;
    const auto own = std::ranges::find(incidents, order.incident, &IncidentView::id);
    if (ok && order.undo && own != incidents.end()) forget(own->undoes);
    std::optional<Undo> undo;
    if (begun && order.action == "pause_trading") undo = Undo{"resume_trading", "{}"};
    turn({ActionInput{.action_id = order.action_id,
                      .incident = order.incident,
                      .ok = ok,
                      .detail = "",
                      .started = begun,
                      .undo = undo}});
  }

  void forget(const std::string& action_id) {
    leases_.erase(action_id);
    halts_.erase(action_id);
  }

  void look() {
    if (effects.checks.empty()) return;
    answer_check(draw(3) == 0 ? CheckInput::Verdict::kUnhealthy : CheckInput::Verdict::kHealthy);
  }

  // An action that runs has its lease, for all of its time; one that halts trading does so until it is
  // undone.
  void note_runs() {
    for (; seen_runs_ < effects.runs.size(); ++seen_runs_) {
      const ActionRequest& order = effects.runs[seen_runs_];
      if (order.action == "pause_trading") halts_.insert(order.action_id);
      const auto playbook = std::ranges::find(config.playbooks, order.playbook, &Playbook::name);
      if (playbook == config.playbooks.end()) continue;
      const Rung& rung = playbook->rungs[order.rung];
      if (rung.policy) leases_[order.action_id] = {*rung.policy, clock.now().mono + rung.lease};
    }
    std::erase_if(leases_, [this](const auto& lease) { return clock.now().mono >= lease.second.until; });
  }

  std::mt19937 random_;
  std::map<std::uint32_t, bool> world_;  // what truly fires
  std::map<std::uint32_t, base::WallTime> starts_;
  std::size_t seen_runs_ = 0;
};

}  // namespace

TEST_CASE("no sequence of events, crashes and restarts allows what a cause forbids that has not ended") {
  constexpr std::uint32_t kSequences = 400;
  constexpr int kSteps = 150;
  for (std::uint32_t seed = 1; seed <= kSequences; ++seed) {
    INFO("seed " << seed);
    Walk walk(seed);
    for (int i = 0; i < kSteps; ++i) {
      INFO("step " << i);
      walk.step();
    }
  }
  WARN(kSequences << " sequences of " << kSteps << " steps");
}
