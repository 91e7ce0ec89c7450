// The trading policy: collects causes, steps the policy machine, makes moves durable and publishes the
// result.
//
// Order: a tightening applies and is published at once, and is made durable as soon as the journal can be
// written; an emergency is made durable before it is published. A relaxation is durable before it applies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/engine/decider/alert_intake.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/policy_publisher.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/effects.h"
#include "healer/engine/policy/chain.h"
#include "healer/engine/policy/evidence.h"
#include "healer/engine/policy/last_published.h"
#include "healer/engine/policy/machine.h"
#include "healer/state/snapshot.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class PolicyControl {
 public:
  PolicyControl(DurableState& durable, const AlertIntake& intake, Effects& effects, StepContext& step)
      : durable_(durable), intake_(intake), effects_(effects), step_(step), publisher_(effects, step) {}

  // Starts from history, which was just read, and at least as strict as the published documents.
  void start(const std::vector<policy::Published>& published);
  // The strictest published policy, at least no_new_trades: held until an operator releases it, because the
  // journal was lost.
  Policy hold_without_journal(const std::vector<policy::Published>& published) const;

  // Returns whether the Watchdog fires.
  bool on_event(const AlertsInput& input);
  void on_event(const PrometheusInput& input);
  void on_event(const policy::RulesInput& input);
  void config_changed() { chain_changed_ = true; }

  // Determines the policy from everything known now, and publishes it when it changed or must be renewed.
  void step_and_publish();

  // What is in force for an action: the newest document, or the policy itself before the first.
  Policy policy_in_force() const;
  policy::Permissions permissions_in_force() const;

  // Why an operator's hold or a latched emergency cannot be released now.
  base::Result<> can_release() const;
  void release();
  // The records that end the named cause or accept missing rules.
  base::Result<std::vector<Fact>> release_cause(const std::string& cause);

  void fill(View& view) const;

 private:
  void step();
  void publish();
  void publish_once();
  void tighten_to(const policy::Published& published);
  void judge_chain();
  void record_chain();
  void adopt(const policy::PolicyState& state);
  void keep_durable();
  void report_silence();
  bool chain_changed() const;
  std::vector<std::string> published_causes(const policy::PolicyState& state) const;
  PolicyMoved moved_to(const policy::PolicyState& state) const;
  policy::Permissions permissions_now() const;

  DurableState& durable_;
  const AlertIntake& intake_;
  Effects& effects_;
  StepContext& step_;
  PolicyPublisher publisher_;

  policy::PolicyInputs inputs_;  // except the journal's state
  policy::PolicyState state_;
  std::vector<policy::Cause> causes_;
  policy::Chain chain_;
  policy::Chain::Verdict verdict_;    // on the chain
  bool chain_changed_ = true;         // since the verdict
  std::uint64_t judged_records_ = 0;  // alert records when the verdict was given
  bool file_failed_ = false;          // as in the causes
  bool silence_reported_ = false;     // the Watchdog's
};

}  // namespace healer
