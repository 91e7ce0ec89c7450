// self_healing_report.json: everything the healer knows, in one document. docs/api.md#the-report describes
// it.
#pragma once

#include <string>

#include "healer/config/config.h"
#include "healer/state/snapshot.h"
#include "healer/verify/stack_health.h"

namespace healer {

// Each key always has the same type; what is not known is missing from `details`. Ends with a newline.
std::string self_report(const StackHealth& stack_health, const View& view, const Config& config,
                        base::WallTime now);

}  // namespace healer
