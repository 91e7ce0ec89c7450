// What ends by itself: pauses, holds, leases and requests for approval.
#pragma once

#include <vector>

#include "healer/engine/decider/step_context.h"
#include "healer/journal/records/record.h"
#include "healer/state/history/history.h"

namespace healer {

// The records of everything that has expired by now. The next step is due when the next one expires.
std::vector<Record> expired(const History& history, StepContext& step);

}  // namespace healer
