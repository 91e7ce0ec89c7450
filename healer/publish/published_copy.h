// A copy of the newest document beside the journal, for a start that finds the journal damaged.
#pragma once

#include <string>

#include "base/result.h"
#include "healer/engine/effects.h"

namespace healer::policy {

// A file of a fixed size that is overwritten in place, so that it needs no space on a full disk. It is not
// replaced atomically: after a power cut it may be unreadable, which a start treats as no_new_trades.
class PublishedCopy {
 public:
  // An empty path: nothing is kept.
  explicit PublishedCopy(std::string path) : path_(std::move(path)) {}

  // Does not wait for the disk. The first of consecutive failures is logged.
  void keep(const PolicyDocument& document);
  // Waits for the disk when the policy has become emergency_shutdown, which an operator must end.
  void settle();

 private:
  base::Result<> write(const PolicyDocument& document);

  std::string path_;
  bool failing_ = false;
  bool emergency_ = false;  // the copy contains emergency_shutdown
  bool unsettled_ = false;
};

}  // namespace healer::policy
