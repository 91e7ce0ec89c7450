#include "healer/engine/decider/alert_intake.h"

namespace healer {
namespace {

// How long Alertmanager's report of an alert is used without another query.
constexpr base::Duration kConfirmedFor = std::chrono::seconds(10);
// How long an action waits for Alertmanager's answer: as long as the reconciler waits.
constexpr base::Duration kConfirmedWithin = std::chrono::seconds(6);

// One of the incident's firing alerts is live, or none of its alerts fires.
bool any_live(const Incident& incident, const History& history, const auto& is_live) {
  bool firing = false;
  for (const Member& member : incident.members) {
    if (!history.firing(member.fingerprint)) continue;
    if (is_live(member.fingerprint)) return true;
    firing = true;
  }
  return !firing;
}

}  // namespace

void AlertIntake::on_event(const AlertsInput& input, bool alive) {
  if (input.more) {
    arriving_.insert(input.body);
  } else {
    arriving_.erase(input.body);
  }
  if (input.whole) return take_list(input, alive);
  for (const Alert& alert : input.alerts) {
    if (!input.unwritten) {
      if (!input.listed) liveness_.observe(alert, step_.now.mono);
    } else if (alert.firing && !alert.label("policy").empty()) {
      unwritten_[alert.fingerprint] = alert;
    }
  }
}

void AlertIntake::take_list(const AlertsInput& list, bool alive) {
  durable_.drain_alerts();
  const History& history = durable_.history();
  std::set<std::string> firing;
  for (const auto& [fingerprint, state] : history.alerts()) {
    if (state.alert.firing) firing.insert(fingerprint);
  }
  std::vector<Alert> alerts;
  informational_.clear();
  for (const Alert& alert : list.alerts) {
    if (!is_watchdog(alert)) (asks(alert) ? alerts : informational_).push_back(alert);
  }
  std::map<std::string, Alert> demanding;
  for (const Alert& alert : alerts) {
    if (!alert.label("policy").empty()) demanding[alert.fingerprint] = alert;
  }
  for (const std::string& fingerprint : liveness_.compare(list, alive, firing)) {
    alerts.push_back(history.alerts().at(fingerprint).alert);
    alerts.back().firing = false;
    alerts.back().ends_at = {};
  }
  if (durable_.accept(alerts, AlertStore::Source::kWholeList, list.asked_at)) {
    unwritten_.clear();
  } else {
    unwritten_.merge(demanding);
  }
  if (alive) listed_ = true;
  if (requested_ && list.asked_at >= *requested_) requested_.reset();
}

bool AlertIntake::allows_action(const Incident& incident) const {
  return any_live(incident, durable_.history(), [this](const std::string& fingerprint) {
    return liveness_.is_confirmed_firing(fingerprint);
  });
}

bool AlertIntake::confirmed(const Incident& incident) const {
  if (requested_ && step_.now.mono >= *requested_ + kConfirmedWithin) return true;
  return any_live(incident, durable_.history(), [this](const std::string& fingerprint) {
    return liveness_.is_confirmed_firing(fingerprint, step_.now.mono - kConfirmedFor);
  });
}

std::string AlertIntake::held(const Incident& incident) const {
  std::string why;
  for (const Member& member : incident.members) {
    if (!durable_.history().firing(member.fingerprint)) continue;
    if (liveness_.is_confirmed_firing(member.fingerprint)) return "";
    if (why.empty()) why = liveness_.held(member.fingerprint);
  }
  return why;
}

bool AlertIntake::request_list() {
  if (!requested_) {
    requested_ = step_.now.mono;
    if (!effects_.ask_alertmanager()) requested_ = step_.now.mono - kConfirmedWithin;
  }
  const base::MonoTime until = *requested_ + kConfirmedWithin;
  if (step_.now.mono >= until) return false;
  step_.wake_at(until);
  return true;
}

}  // namespace healer
