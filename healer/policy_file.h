// The policy where a program without HTTP reads it: a file, replaced as a whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "healer/effects.h"

namespace healer {

class PolicyFile {
 public:
  // Replaces `path` with the document, durably; nothing when `path` is empty. A failure is logged when it
  // begins and when it ends, and counted: the next document tries again, and readers find the last one
  // expired. One call at a time.
  base::Result<> publish(const std::string& path, const PolicyDocument& document);
  std::uint64_t errors_total() const { return errors_; }  // thread-safe

 private:
  bool failing_ = false;
  std::atomic<std::uint64_t> errors_ = 0;
};

}  // namespace healer
