// What an operator needs beside the notice that healing has ended without success: how the container's last
// run ended, and what it logged last.
#pragma once

#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"

namespace healer::reports {

// Lines for the detail of the notice: the newest exit code of the hour before `now` and the last five log
// events. A source that has none or cannot be queried has no line. Blocks up to the deadline.
std::vector<std::string> evidence_lines(const std::string& container, const Config& config,
                                        base::WallTime now, base::Deadline deadline);

}  // namespace healer::reports
