// Enters and leaves a storm: too many containers are unhealthy, and automatic restarts are suspended.
#pragma once

#include <optional>

#include "base/os/clock.h"
#include "healer/engine/decider/committer.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/step_context.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class StormControl {
 public:
  StormControl(const DurableState& durable, Committer& committer, StepContext& step)
      : durable_(durable), committer_(committer), step_(step) {}

  // True when a storm began or ended, and that is durable.
  bool step();

 private:
  const DurableState& durable_;
  Committer& committer_;
  StepContext& step_;
  std::optional<base::MonoTime> calm_since_;  // since when the storm may end
};

}  // namespace healer
