// Alerts on their way into the decider: deliveries and lists become durable, and it is known which alerts
// somebody reports as firing now.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/effects.h"
#include "healer/state/alert_liveness.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class AlertIntake {
 public:
  AlertIntake(DurableState& durable, Effects& effects, StepContext& step)
      : durable_(durable), effects_(effects), step_(step) {}

  // `alive`: the Watchdog fires, as far as the input says.
  void on_event(const AlertsInput& input, bool alive);

  // A body that arrives in pieces is not complete.
  bool incomplete() const { return !arriving_.empty(); }
  // This process has received a whole list from a live Alertmanager: no firing alert is missing.
  bool listed() const { return listed_; }
  // Alerts with a policy that could not be made durable, by fingerprint. Their policy applies all the same.
  const std::map<std::string, Alert>& unwritten() const { return unwritten_; }
  // Alerts of the last whole list that request nothing and are only shown.
  const std::vector<Alert>& informational() const { return informational_; }

  // One of the incident's alerts is reported as firing, or none fires any more: an alert in the journal may
  // have ended long ago, and silenced alerts are not healed.
  bool allows_action(const Incident& incident) const;
  // The same, reported within the last seconds. A silence set after the alert was last reported is not known
  // yet, so Alertmanager is queried before an action. If it does not respond in time, the action runs:
  // Alertmanager has reported the alert as firing.
  bool confirmed(const Incident& incident) const;
  // Why Alertmanager holds the incident's alerts back; "" when at least one of them is not held.
  std::string held(const Incident& incident) const;
  // Requests Alertmanager's whole list. True when it may still arrive in time.
  bool request_list();

 private:
  void take_list(const AlertsInput& list, bool alive);

  DurableState& durable_;
  Effects& effects_;
  StepContext& step_;
  AlertLiveness liveness_;
  std::set<std::uint64_t> arriving_;  // bodies that arrive in pieces, and are not complete
  std::map<std::string, Alert> unwritten_;
  std::vector<Alert> informational_;
  bool listed_ = false;
  std::optional<base::MonoTime> requested_;  // when the list was requested that has not arrived yet
};

}  // namespace healer
