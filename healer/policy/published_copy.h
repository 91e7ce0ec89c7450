// The newest document once more, beside the journal: for a start that finds the journal damaged.
#pragma once

#include <string>

#include "base/result.h"
#include "healer/effects.h"

namespace healer::policy {

// A file of a fixed size that is overwritten in place, so that it needs no room on a full disk. Not replaced
// as a whole: what a power cut leaves of it may be no document, which a start takes for no_new_trades.
class PublishedCopy {
 public:
  // An empty path: nothing is kept.
  explicit PublishedCopy(std::string path) : path_(std::move(path)) {}

  // Does not wait for the disk. A failure is logged when it begins.
  void keep(const PolicyDocument& document);
  // Waits for the disk when the policy has become emergency_shutdown, which an operator must end.
  void settle();

 private:
  base::Result<> write(const PolicyDocument& document);

  std::string path_;
  bool failing_ = false;
  bool emergency_ = false;  // it says so
  bool unsettled_ = false;
};

}  // namespace healer::policy
