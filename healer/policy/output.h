// One way for the policy document to reach the trading system.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "healer/effects.h"

namespace healer::policy {

class Output {
 public:
  virtual ~Output() = default;
  // Delivers the document, of which `valid_for` (above zero) is left. One call at a time; returns by
  // `deadline`. The error holds no secret.
  virtual base::Result<> deliver(const PolicyDocument& document, base::Duration valid_for,
                                 base::Deadline deadline) = 0;
};

// How an output fares.
struct OutputStatus {
  base::WallTime last_success{};  // epoch: never
  std::uint64_t failures = 0;     // attempts that came to nothing
};

}  // namespace healer::policy
