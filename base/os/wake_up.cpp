#include "base/os/wake_up.h"

#include <utility>

namespace base {

void WakeUp::notify() {
  {
    std::lock_guard lock(mutex_);
    notified_ = true;
  }
  changed_.notify_all();
}

bool WakeUp::wait_for(Duration longest, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, longest, [this] { return notified_; });
  return std::exchange(notified_, false);
}

bool WakeUp::wait_until(MonoTime until, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, stop, until, [this] { return notified_; });
  return std::exchange(notified_, false);
}

void pause(Duration length, const std::stop_token& stop) { WakeUp().wait_for(length, stop); }

void pause_until(MonoTime until, const std::stop_token& stop) { WakeUp().wait_until(until, stop); }

}  // namespace base
