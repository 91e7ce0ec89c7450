// Whether the healer itself is healthy enough to act. The application measures, the guard `unhealthy`
// decides.
#pragma once

#include <string>

namespace healer {

// The problems, as text; empty: none.
struct SelfHealth {
  std::string disk;
  std::string clock;
  std::string config;
  bool operator==(const SelfHealth&) const = default;
  // The first that is not empty, or "".
  const std::string& first() const {
    if (!disk.empty()) return disk;
    return clock.empty() ? config : clock;
  }
};

}  // namespace healer
