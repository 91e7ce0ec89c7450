// self_healing_report.json: everything the healer knows, in one document.
#pragma once

#include <string>

#include "healer/config/config.h"
#include "healer/state/snapshot.h"
#include "healer/verify/stack_health.h"

namespace healer {

// null where Prometheus has no data. Ends with a newline.
std::string self_report(const StackHealth& stack_health, const View& view, const Config& config,
                        base::WallTime now);

}  // namespace healer
