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
  // After a delivery that failed: whether readers find no document at all, so that an older one is not
  // obeyed.
  virtual bool withdrawn() const { return false; }
};

// Whether somebody who obeys `held` may do something that `document` forbids.
inline bool allows_more(const PolicyDocument& held, const PolicyDocument& document) {
  return held.policy < document.policy || !at_most(held.permissions, document.permissions);
}

// What readers may find while nothing is known of it: the loosest.
inline PolicyDocument unknown_document() {
  PolicyDocument document;
  document.policy = Policy::kAllowAll;
  document.permissions = permissions_of(Policy::kAllowAll, {});
  return document;
}

// How an output fares.
struct OutputStatus {
  base::WallTime last_success{};  // epoch: never
  std::uint64_t failures = 0;     // attempts that came to nothing
  // The newest document is stricter than the one that readers still find and that has not expired, and it
  // could not be delivered.
  bool behind = false;
};

}  // namespace healer::policy
