// One way for the policy document to reach the trading system.
#pragma once

#include <cstdint>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/engine/effects.h"

namespace healer::policy {

class Output {
 public:
  virtual ~Output() = default;
  // Delivers the document, of which `valid_for` (above zero) is left. One call at a time; returns by
  // `deadline`. The error holds no secret.
  virtual base::Result<> deliver(const PolicyDocument& document, base::Duration valid_for,
                                 base::Deadline deadline) = 0;
  // After a failed delivery: whether readers find no document at all, so that no older one applies.
  virtual bool withdrawn() const { return false; }
};

// Whether a client that follows `held` may do something that `document` forbids.
inline bool allows_more(const PolicyDocument& held, const PolicyDocument& document) {
  return held.policy < document.policy || !at_most(held.permissions, document.permissions);
}

// What readers may find while the output's content is unknown: the loosest.
inline PolicyDocument unknown_document() {
  PolicyDocument document;
  document.policy = Policy::kAllowAll;
  document.permissions = permissions_of(Policy::kAllowAll, {});
  return document;
}

// The state of an output.
struct OutputStatus {
  base::WallTime last_success{};  // epoch: never
  std::uint64_t failures = 0;     // failed attempts
  // The newest document is stricter than the one that readers still find and that has not expired, and it
  // could not be delivered.
  bool behind = false;
};

}  // namespace healer::policy
