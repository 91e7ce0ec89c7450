#include "tests/scenarios/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "healer/alerts/webhook/payload.h"
#include "healer/engine/planner.h"
#include "healer/state/undo.h"

namespace tests {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr base::Duration kAlertDelay = seconds(1);  // from a target's change to the delivery that tells of it
constexpr base::Duration kActionTakes = seconds(2);
constexpr base::Duration kCheckTakes = milliseconds(100);
constexpr base::Duration kBeat = seconds(30);
constexpr base::Duration kReconcile = seconds(60);

healer::Alert watchdog_alert() {
  return {.fingerprint = "watchdog",
          .firing = true,
          .labels = {{"alertname", "Watchdog"}},
          .annotations = {},
          .starts_at = {},
          .ends_at = {}};
}

}  // namespace

World::World(healer::Config with) : config(std::move(with)), began_(clock.now().mono) {
  at(base::Duration::zero(), [this] { start_healer(); });
  at(base::Duration::zero(), [this] { beat(); });
}

World::~World() = default;

base::Duration World::now() const { return clock.now().mono - began_; }

void World::at(base::Duration offset, std::function<void()> what) {
  events_.emplace(offset, std::move(what));
}

void World::run_until(base::Duration offset) {
  while (true) {
    const base::Duration next_event = events_.empty() ? offset : events_.begin()->first;
    const base::Duration next_turn = decider_ ? due_ - began_ : offset;
    const base::Duration next = std::min(next_event, next_turn);
    if (next >= offset) break;
    if (next > now()) clock.advance(next - now());
    if (next_event <= next_turn) {
      const auto event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      event();
    } else {
      turn({});
    }
  }
  clock.advance(offset - now());
}

// ---- the healer's process ----------------------------------------------------------------------

void World::start_healer() {
  ++life_;
  try {
    decider_ = std::make_unique<healer::Decider>(config, journal, *this, clock);
    if (const auto recovered = decider_->recover(); !recovered)
      throw std::logic_error(recovered.error().message);
    view_ = decider_->view();
    due_ = clock.now().mono;
  } catch (const Crash&) {
    return kill();
  }
  turn({});
  reconcile();
}

void World::kill(base::Duration down) {
  decider_.reset();
  at(now() + down, [this] {
    if (!decider_) start_healer();
  });
}

void World::turn(std::vector<healer::Input> inputs) {
  if (!decider_) return;
  try {
    due_ = decider_->step(std::move(inputs));
    view_ = decider_->view();
  } catch (const Crash&) {
    kill();
  }
}

// ---- Alertmanager ------------------------------------------------------------------------------

void World::deliver(std::vector<healer::Alert> alerts) {
  const auto later = [this, alerts] { at(now() + seconds(1), [this, alerts] { deliver(alerts); }); };
  if (!decider_) return later();
  bool stale = false;
  try {
    const auto accepted = decider_->alerts().accept(alerts, healer::AlertStore::Source::kWebhook);
    stale = accepted && accepted->stale > 0;
    if (!accepted) {
      turn({healer::AlertsInput{.alerts = alerts, .unwritten = true}});
      return later();
    }
  } catch (const Crash&) {
    kill();
    return later();
  }
  for (const healer::Alert& alert : alerts) {
    // A firing that comes after its own end is acknowledged and rightly has no consequence.
    if (!stale) acknowledged_.push_back(alert);
    if (alert.label("policy").empty()) continue;
    if (alert.firing) {
      demanding_[alert.fingerprint] = alert;
    } else {
      demanding_.erase(alert.fingerprint);
    }
  }
  turn({healer::AlertsInput{.alerts = std::move(alerts)}});
}

void World::reconcile() {
  healer::AlertsInput list;
  list.whole = true;
  list.asked_at = clock.now().mono;
  for (const auto& [fingerprint, sick] : alerts_) {
    if (sick.alert.firing) list.alerts.push_back(sick.alert);
  }
  if (watchdog_) list.alerts.push_back(watchdog_alert());
  turn({std::move(list)});
  at(now() + kReconcile, [this, life = life_] {
    if (life == life_) reconcile();
  });
}

void World::beat() {
  if (watchdog_) deliver({watchdog_alert()});
  at(now() + kBeat, [this] { beat(); });
}

// ---- targets and their alerts ------------------------------------------------------------------

std::string World::target_of(const healer::Labels& labels) const {
  healer::Alert alert;
  alert.labels = labels;
  const auto request = healer::read_request(alert, config);
  const auto* asked = std::get_if<healer::Asked>(&request);
  return asked == nullptr ? "" : asked->target.name;
}

void World::fires(healer::Labels labels, std::optional<base::Duration> starts) {
  deliver({fall_ill(std::move(labels), starts)});
}

void World::fire_together(const std::vector<healer::Labels>& all) {
  std::vector<healer::Alert> alerts;
  for (const healer::Labels& labels : all) alerts.push_back(fall_ill(labels, std::nullopt));
  deliver(std::move(alerts));
}

healer::Alert World::fall_ill(healer::Labels labels, std::optional<base::Duration> starts) {
  const std::string fingerprint = healer::fingerprint(labels);
  const std::string target = target_of(labels);
  const base::WallTime started = clock.now().wall - (now() - starts.value_or(now()));
  Sick& sick = alerts_[fingerprint];
  sick.target = target;
  sick.alert = {.fingerprint = fingerprint,
                .firing = true,
                .labels = std::move(labels),
                .annotations = {},
                .starts_at = started,
                .ends_at = {}};
  if (!target.empty()) healthy_[target] = false;
  return sick.alert;
}

void World::resolves(const healer::Labels& labels) {
  const auto found = alerts_.find(healer::fingerprint(labels));
  if (found == alerts_.end()) throw std::logic_error("an alert resolves that never fired");
  Sick& sick = found->second;
  sick.alert.firing = false;
  sick.alert.ends_at = clock.now().wall;
  if (!sick.target.empty()) healthy_[sick.target] = true;
  deliver({sick.alert});
}

void World::deliver_again() {
  std::vector<healer::Alert> alerts;
  for (const auto& [fingerprint, sick] : alerts_) alerts.push_back(sick.alert);
  deliver(std::move(alerts));
}

void World::deliver_stale(healer::Labels labels, base::Duration starts) {
  const std::string fingerprint = healer::fingerprint(labels);
  deliver({{.fingerprint = fingerprint,
            .firing = true,
            .labels = std::move(labels),
            .annotations = {},
            .starts_at = clock.now().wall - (now() - starts),
            .ends_at = {}}});
}

void World::set_known(const std::string& target, bool known) { known_[target] = known; }

void World::set_health(const std::string& target, bool healthy) {
  if (std::exchange(healthy_[target], healthy) == healthy) return;
  at(now() + kAlertDelay, [this, target] { alerts_follow(target); });
}

void World::alerts_follow(const std::string& target) {
  std::vector<healer::Alert> changed;
  for (auto& [fingerprint, sick] : alerts_) {
    if (sick.target != target || sick.alert.firing != healthy_[target]) continue;
    sick.alert.firing = !healthy_[target];
    (sick.alert.firing ? sick.alert.starts_at : sick.alert.ends_at) = clock.now().wall;
    changed.push_back(sick.alert);
  }
  if (!changed.empty()) deliver(std::move(changed));
}

void World::runs(const std::string& target, std::vector<Effect> effects) {
  for (const Effect& effect : effects) effects_[target].push_back(effect);
}

// ---- the operator ------------------------------------------------------------------------------

void World::operate(const healer::OperatorCommand& command, const std::string& reason) {
  if (!decider_) {
    at(now() + seconds(1), [this, command, reason] { operate(command, reason); });
    return;
  }
  turn({healer::OperatorInput{.command = command, .who = "ann", .reason = reason}});
}

void World::release_latched() {
  for (const healer::IncidentView& incident : view_->incidents) {
    if (incident.state != healer::State::kExhausted) continue;
    return operate(healer::ReleaseIncident{incident.id}, "repaired by hand");
  }
  // Not latched yet, or the healer is down: a person comes again.
  at(now() + seconds(5), [this] { release_latched(); });
}

void World::answer_question(bool approve, int tries) {
  const auto& approvals = view_->approvals;
  const auto waiting =
      std::ranges::find(approvals, healer::Approval::State::kPending, &healer::Approval::state);
  const bool found = waiting != approvals.end();
  if (!found && tries == 0) return;
  if (found) {
    answered_ = waiting->id;
    answer_again(approve);
  }
  at(now() + seconds(5), [this, approve, found, tries, id = answered_] {
    const auto asked = std::ranges::find(view_->approvals, id, &healer::Approval::id);
    const bool pending = asked != view_->approvals.end() && asked->state == healer::Approval::State::kPending;
    if (!found || pending) answer_question(approve, tries - 1);
  });
}

void World::answer_again(bool approve) {
  if (approve) return operate(healer::ApproveAction{answered_});
  operate(healer::RejectAction{answered_});
}

void World::undo(bool again) {
  if (!again) {
    undone_.clear();
    for (const healer::IncidentView& incident : view_->incidents) {
      for (const auto& undo : incident.undos) {
        if (undone_.empty() && !undo.undone && undo.incident.empty()) undone_ = undo.action_id;
      }
    }
  }
  // Not known yet, or the healer is down: a person comes again.
  if (undone_.empty()) return at(now() + seconds(5), [this] { undo(false); });
  operate(healer::UndoAction{undone_});
}

void World::answer(std::uint64_t, const base::Result<>& result) {
  if (!result) operator_errors_.push_back(result.error().message);
}

// ---- Effects -----------------------------------------------------------------------------------

std::string World::describe(const healer::ActionRequest& order) const {
  return order.action + " " + order.target.name;
}

void World::run(const healer::ActionRequest& order) {
  actions_.push_back({order.action_id, order.incident, order.target.name});
  if (order.action == "pause_trading") halted_ = true;
  if (order.action == "resume_trading") resume(order);
  std::deque<Effect>& queue = effects_[order.target.name];
  const Effect effect = queue.empty() ? Effect{} : queue.front();
  if (!queue.empty()) queue.pop_front();
  at(now() + kActionTakes, [this, order, effect, life = life_] {
    const std::string& target = order.target.name;
    const bool helps = effect.kind == Effect::Kind::kHelps || effect.kind == Effect::Kind::kRelapses;
    exited_[target] = effect.kind == Effect::Kind::kExits;
    if (helps) set_health(target, true);
    if (effect.kind == Effect::Kind::kRelapses) {
      at(now() + effect.after, [this, target] { set_health(target, false); });
    }
    // The outcome of a healer's action is told to that healer only.
    if (life != life_ || !decider_) return;
    const bool ok = effect.kind != Effect::Kind::kFails;
    healer::ActionInput outcome{order.action_id, order.incident, ok, ok ? "done" : "no such container"};
    if (order.action == "pause_trading") outcome.undo = healer::Undo{"resume_trading", "{}"};
    if (complete_outcome) complete_outcome(order, outcome);
    turn({outcome});
  });
}

// What the journal says now: the view is that of before this turn.
void World::resume(const healer::ActionRequest& order) {
  halted_ = false;
  healer::History known;
  for (const healer::Entry& entry : journal.entries()) known.apply(entry, base::MonoTime{});
  const auto self = healer::parse_incident_id(order.incident);
  const auto undone = healer::parse_action_id(known.incident(self.value())->undoes).incident;
  for (const std::uint64_t number : known.open()) {
    const healer::Incident& other = *known.incident(number);
    // What a person takes back at the same time comes right after it.
    const bool undone_too =
        std::ranges::any_of(other.undoable, [](const auto& entry) { return entry.second.incident != 0; });
    if (number != undone && !undone_too && healer::restricts_trading(other))
      too_loose_.push_back("trading goes on while " + healer::incident_id(number) + " holds it back");
  }
}

void World::check(const healer::CheckRequest& order) {
  at(now() + kCheckTakes, [this, order, life = life_] {
    if (life != life_ || !decider_) return;
    healer::CheckInput input;
    input.incident = order.incident;
    input.round = order.round;
    input.observed_at = clock.now().wall;
    const auto known = known_.find(order.target.name);
    if (!order.verify.monitored || known == known_.end() || known->second) {
      const bool healthy = !order.verify.monitored || healthy_[order.target.name];
      input.verdict =
          healthy ? healer::CheckInput::Verdict::kHealthy : healer::CheckInput::Verdict::kUnhealthy;
      input.detail = healthy ? "up" : "down";
    } else {
      input.detail = "no facts";
    }
    if (order.should_run && exited_[order.target.name]) {
      input.verdict = healer::CheckInput::Verdict::kUnhealthy;
      input.detail = "container " + order.target.name + " exited with code 1";
      input.ended = true;
      input.exit_code = 1;
      input.last_log_lines = "cannot open the database";
    }
    turn({std::move(input)});
  });
}

healer::Policy World::demanded() const {
  healer::Policy level = healer::Policy::kAllowAll;
  for (const auto& [fingerprint, alert] : demanding_) {
    level =
        std::max(level, healer::parse_policy(alert.label("policy")).value_or(healer::Policy::kNoNewTrades));
  }
  return level;
}

base::Result<> World::publish(const healer::PolicyDocument& document) {
  published_.push_back(document);
  if (document.policy < demanded()) {
    too_loose_.push_back(fmt::format("{} while {} is demanded", healer::to_string(document.policy),
                                     healer::to_string(demanded())));
  }
  return {};
}

}  // namespace tests
