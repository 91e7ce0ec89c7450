// Time that moves only when told.
#pragma once

#include <mutex>

#include "base/os/clock.h"

namespace tests {

class FakeClock final : public base::Clock {
 public:
  // 2025-12-17T04:00:00Z
  explicit FakeClock(base::WallTime wall = base::WallTime(std::chrono::seconds(1765944000)))
      : now_{wall, base::MonoTime(std::chrono::hours(1))} {}

  base::Now now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(base::Duration by) {
    std::lock_guard lock(mutex_);
    now_.wall += by;
    now_.mono += by;
  }
  // The wall clock is set; monotonic time does not notice.
  void set_wall(base::WallTime wall) {
    std::lock_guard lock(mutex_);
    now_.wall = wall;
  }

 private:
  mutable std::mutex mutex_;
  base::Now now_;
};

}  // namespace tests
