// What a container has received and sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/result.h"

namespace base::docker {

// Bytes since the container's start, over all its interfaces.
struct NetworkUsage {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};

// nullopt: there is no such container, it is not running, or it uses the host's network, which the engine
// does not count. `host` as for Engine. Blocks up to the deadline; thread-safe.
Result<std::optional<NetworkUsage>> network_usage(const std::string& host, const std::string& container,
                                                  Deadline deadline);

}  // namespace base::docker
