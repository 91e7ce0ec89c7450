// Which keys of notices were seen recently.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/os/clock.h"

namespace healer::notify {

// Uses wall time because keys survive a restart.
class Recent {
 public:
  Recent() = default;
  explicit Recent(std::map<std::string, base::WallTime> heard) : heard_(std::move(heard)) {}

  // Whether the key was seen within `window` before `now`; if not, records it. An empty key was never seen.
  bool again(const std::string& key, base::WallTime now, base::Duration window);

 private:
  std::map<std::string, base::WallTime> heard_;
};

}  // namespace healer::notify
