// When a notifier may send: after a failure, and in a storm.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "base/clock.h"

namespace healer::notify {

struct Patience {
  std::size_t max_waiting = 1000;
  std::size_t max_per_minute = 20;
  base::Duration give_up_after = std::chrono::hours(24);  // since the notice was accepted
  base::Duration first_delay = std::chrono::seconds(1);   // doubled after each attempt
  base::Duration longest_delay = std::chrono::minutes(5);
  base::Duration attempt = std::chrono::seconds(10);  // what one attempt may take
};

// From 0 up to 1, another one at each call; called by several threads.
using Jitter = std::function<double()>;
Jitter random_jitter();

// How long to wait after the `attempt`th attempt (from 1) failed: up to a quarter longer by `jitter`, so that
// many who failed together do not return together; at least what the receiver asked for.
base::Duration delay_after(int attempt, std::optional<base::Duration> asked, const Patience& patience,
                           double jitter);

// How many messages went within the last minute.
class Pace {
 public:
  // Between two messages of a storm.
  static constexpr base::Duration kDigestEvery = std::chrono::seconds(15);

  void sent(base::MonoTime now);
  // Whether one more message for one notice may go.
  bool allows(std::size_t max_per_minute, base::MonoTime now) const;
  // How long until a digest may go, where no single one may.
  base::Duration until_digest(base::MonoTime now) const;

 private:
  std::deque<base::MonoTime> sent_;
};

}  // namespace healer::notify
