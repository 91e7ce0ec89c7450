// What the parts of the decider share during one step.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "base/os/clock.h"
#include "healer/config/config.h"

namespace healer {

// Belongs to the decider's thread.
struct StepContext {
  std::shared_ptr<const Config> config;  // in force during this step; never null
  base::Now now{};                       // of this step, in whole milliseconds as in the journal
  base::MonoTime due{};                  // of the next step, if no input comes before
  bool stopping = false;                 // the program is about to end: no action is planned

  // The next step is due at `at`, or earlier.
  void wake_at(const std::optional<base::MonoTime>& at) {
    if (at) due = std::min(due, *at);
  }
};

}  // namespace healer
