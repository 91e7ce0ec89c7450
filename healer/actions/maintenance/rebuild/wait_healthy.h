// Whether a container runs and stays healthy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::rebuild {

// Why it is not healthy, to continue "it …"; nullopt: it runs, and its health check, if any, reports healthy.
std::optional<std::string> fault_of(const base::docker::Container& container);

// Waits until all of them are healthy, and have been for `settle` without a restart. At the deadline the
// error names the first that is not. A container that does not exist is an error at once. Blocks.
base::Result<> await_well(const std::vector<std::string>& containers, const base::docker::Engine& docker,
                          base::Duration settle, base::Deadline deadline);

}  // namespace healer::rebuild
