// Where the last published documents can be read back from.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/policy/last_published.h"

namespace healer::policy {

// From the policy file, the key in Redis and the copy beside the journal at `copy`; an empty path is none.
// What cannot be read is logged and left out. Blocks for the disk, and for 2 s at most for Redis.
std::vector<Published> read_published(const PolicyConfig& config, const std::string& copy,
                                      const base::Clock& clock);

}  // namespace healer::policy
