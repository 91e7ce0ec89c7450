// Whether all containers of a stack may be stopped, before the first one is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/docker/permit.h"

namespace healer::rebuild {

struct Permits {
  std::vector<base::docker::Permit> permits;  // of those that exist, in the order asked
  base::Duration beyond_plan{};               // how much longer than planned they take to stop, in all
};

// `stop_timeout` is the least for each of them. The error names the first that must not be stopped.
base::Result<Permits> permit_all(const base::docker::Engine& docker,
                                 const std::vector<std::string>& containers,
                                 std::optional<base::Duration> stop_timeout, base::Deadline deadline);

}  // namespace healer::rebuild
