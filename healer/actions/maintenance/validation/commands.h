// The phases that are commands.
#pragma once

#include <vector>

#include "base/os/clock.h"
#include "healer/actions/maintenance/validation/validation.h"

namespace healer::validation {

// One check for each command, in their order; at most `parallel` run at a time. A command that has not ended
// by its timeout or by `deadline` is ended with all processes that it started, which takes up to 3 s more. A
// command that was not started by then has failed.
std::vector<Check> run_commands(const std::vector<CommandCheck>& commands, int parallel,
                                const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::validation
