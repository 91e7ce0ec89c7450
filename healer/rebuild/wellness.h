// Whether a container is up and stays so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/docker.h"
#include "base/result.h"

namespace healer::rebuild {

// Why it is not well, to go on with "it …"; nullopt: it runs, and its own health check, if it has one, says
// healthy.
std::optional<std::string> fault_of(const base::docker::Container& container);

// Until all of them are well, and have been for `settle` without a restart of any. The error names the first
// that is not when the deadline has passed; a container that does not exist ends it at once. Blocks.
base::Result<> await_well(const std::vector<std::string>& containers, const base::docker::Engine& docker,
                          base::Duration settle, base::Deadline deadline);

}  // namespace healer::rebuild
