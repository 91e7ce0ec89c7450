// Which keys of notices were heard of lately.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/clock.h"

namespace healer::notify {

// In wall time: keys outlive the process.
class Recent {
 public:
  Recent() = default;
  explicit Recent(std::map<std::string, base::WallTime> heard) : heard_(std::move(heard)) {}

  // Whether the key was heard of within `window` before now; if not, it is now. An empty key never was.
  bool again(const std::string& key, base::WallTime now, base::Duration window);

 private:
  std::map<std::string, base::WallTime> heard_;
};

}  // namespace healer::notify
