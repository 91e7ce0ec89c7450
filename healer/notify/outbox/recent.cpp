#include "healer/notify/outbox/recent.h"

namespace healer::notify {

bool Recent::again(const std::string& key, base::WallTime now, base::Duration window) {
  // A time in the future means that the clock was set back.
  std::erase_if(heard_, [&](const auto& one) { return one.second + window <= now || one.second > now; });
  if (key.empty() || window == base::Duration::zero()) return false;
  return !heard_.emplace(key, now).second;
}

}  // namespace healer::notify
