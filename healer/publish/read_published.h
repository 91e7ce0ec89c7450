// Reads the last published documents back from the outputs.
#pragma once

#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/policy/last_published.h"

namespace healer::policy {

// From the policy file, the key in Redis and the copy beside the journal at `copy`; an empty path means none.
// A document that cannot be read is logged and left out. Blocks for the disk, and 2 s at most for Redis.
std::vector<Published> read_published(const PolicyConfig& config, const std::string& copy,
                                      const base::Clock& clock);

}  // namespace healer::policy
