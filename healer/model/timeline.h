// One line of an incident's timeline.
#pragma once

#include <string>

#include "base/os/clock.h"

namespace healer {

struct TimelineEntry {
  base::WallTime at{};
  std::string what;  // accepted, gated, intent, running, action_succeeded, action_failed, verifying,
                     // probation, blocks, healed, …: closed list
  std::string detail;
};

}  // namespace healer
