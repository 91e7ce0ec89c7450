// When a notifier may send: the delay after a failure, and the rate limit.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "base/os/clock.h"

namespace healer::notify {

struct RetryPolicy {
  std::size_t max_waiting = 1000;
  std::size_t max_per_minute = 20;
  base::Duration give_up_after = std::chrono::hours(24);  // since the notice was accepted
  base::Duration first_delay = std::chrono::seconds(1);   // doubled after each attempt
  base::Duration longest_delay = std::chrono::minutes(5);
  base::Duration attempt = std::chrono::seconds(10);  // the timeout of one attempt
};

// A random value in [0, 1). Thread-safe.
using Jitter = std::function<double()>;
Jitter random_jitter();

// How long to wait after the `attempt`th attempt (from 1) failed. `jitter` adds up to a quarter, so that
// notifiers that failed together do not retry together. At least `asked`, the delay that the receiver
// requested.
base::Duration delay_after(int attempt, std::optional<base::Duration> asked, const RetryPolicy& patience,
                           double jitter);

// Counts the messages of the last minute.
class RateLimiter {
 public:
  // Between two digests.
  static constexpr base::Duration kDigestEvery = std::chrono::seconds(15);

  void sent(base::MonoTime now);
  // Whether one more single notice may be sent.
  bool allows(std::size_t max_per_minute, base::MonoTime now) const;
  // How long until a digest may be sent when a single notice may not.
  base::Duration until_digest(base::MonoTime now) const;

 private:
  std::deque<base::MonoTime> sent_;
};

}  // namespace healer::notify
