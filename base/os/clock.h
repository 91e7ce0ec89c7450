// The only source of time. Wall time is for records. Monotonic time is for deadlines, cooldowns and
// intervals: it does not jump when the wall clock is set.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace base {

using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;
using MonoTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;

struct Now {
  WallTime wall{};
  MonoTime mono{};
};

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Now now() const override;
};

// A monotonic time by which an operation must end. Refers to its clock, which must outlive it.
class Deadline {
 public:
  static Deadline after(const Clock& clock, Duration length) {
    return Deadline(clock, later(clock.now().mono, length));
  }
  MonoTime at() const { return at_; }
  // Zero once it has passed.
  Duration remaining() const {
    const Duration left = at_ - clock_->now().mono;
    return left > Duration::zero() ? left : Duration::zero();
  }
  bool passed() const { return remaining() == Duration::zero(); }
  // The earlier of this deadline and now + `length`.
  Deadline within(Duration length) const {
    const MonoTime other = later(clock_->now().mono, length);
    return Deadline(*clock_, other < at_ ? other : at_);
  }
  // This deadline + `length`, also when it has passed.
  Deadline extended(Duration length) const { return Deadline(*clock_, later(at_, length)); }

 private:
  // Duration::max(): no deadline.
  static MonoTime later(MonoTime time, Duration length) {
    return length > MonoTime::max() - time ? MonoTime::max() : time + length;
  }
  Deadline(const Clock& clock, MonoTime at) : clock_(&clock), at_(at) {}
  const Clock* clock_;
  MonoTime at_;
};

double unix_seconds(WallTime time);
// Clamped to what WallTime holds; the epoch for NaN.
WallTime from_unix_seconds(double seconds);
// RFC 3339 in UTC with milliseconds: 2025-12-17T17:06:14.759Z.
std::string rfc3339(WallTime time);
// Any RFC 3339 time, with fraction of any length and any offset. Years 1 to 9999 are
// accepted and clamped to what WallTime holds (1677 to 2262).
Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace base
