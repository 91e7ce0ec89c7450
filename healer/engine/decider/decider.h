// Makes all decisions of the healer: processes inputs, decides, makes the decision durable, and only then
// carries it out.
//
// Order within a step: alerts, then policy (durable and published before anything else), then incidents. A
// record that cannot be made durable stops everything that depends on it: no action starts, the policy
// tightens, and the write is retried. What must not be lost meanwhile (an action's outcome) is kept in
// memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/engine/decider/alert_intake.h"
#include "healer/engine/decider/committer.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/incident_scheduler.h"
#include "healer/engine/decider/operator_commands.h"
#include "healer/engine/decider/policy_control.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/decider/storm_control.h"
#include "healer/engine/effects.h"
#include "healer/engine/policy/last_published.h"
#include "healer/journal/journal.h"
#include "healer/state/alert_store.h"
#include "healer/state/snapshot.h"

namespace healer {

// recover() and step() belong to one thread; alerts(), view(), reconfigure() and begin_stop() are
// thread-safe. The constructor's arguments outlive it.
class Decider {
 public:
  Decider(Config config, journal::Journal& journal, Effects& effects, const base::Clock& clock);

  // Reads the journal. Call once, before anything else. An action whose outcome is not in it was interrupted.
  // `published`: documents of the previous process that outputs still hold. The policy starts at least as
  // strict.
  base::Result<> recover(const std::vector<policy::Published>& published = {});

  // Does everything that is due and returns when the next step is due if no input comes before. After an
  // exception the state in memory may be inconsistent: restart from the journal.
  base::MonoTime step(std::vector<Input> inputs);

  // A new one after every step; never null.
  std::shared_ptr<const View> view() const;

  // In force from the next step on.
  void reconfigure(Config config);

  // The program is about to end: from the next step on no action is planned. Everything else continues.
  void begin_stop() { stopping_ = true; }

  // Where deliveries of alerts become durable. After it accepted some, post an AlertsInput with them: it
  // wakes the decider, which applies the new records to history.
  AlertStore& alerts() { return durable_.alerts(); }

 private:
  void on_event(const AlertsInput& input) { intake_.on_event(input, policy_.on_event(input)); }
  void on_event(const ActionInput& input) { incidents_.on_event(input); }
  void on_event(const CheckInput& input) { incidents_.on_event(input); }
  void on_event(const OperatorInput& input);
  void on_event(const SelfHealth& self_health);
  void on_event(const PrometheusInput& input) { policy_.on_event(input); }
  void on_event(const policy::RulesInput& input) { policy_.on_event(input); }

  void start_step();
  void adopt_new_config();
  void process(const std::vector<Input>& inputs);
  void publish_snapshot();

  const base::Clock& clock_;
  Effects& effects_;
  StepContext step_;
  DurableState durable_;
  AlertIntake intake_;
  PolicyControl policy_;
  Committer committer_;
  IncidentScheduler incidents_;
  StormControl storm_;
  OperatorCommands commands_;

  SelfHealth self_health_;
  std::vector<std::pair<std::uint64_t, base::Result<>>> answers_;  // to operators, sent after the step
  std::atomic<bool> stopping_ = false;

  mutable std::mutex shared_;  // guards what follows
  std::shared_ptr<const View> view_;
  std::shared_ptr<const Config> next_config_;
};

}  // namespace healer
