#include "healer/notify/outbox/rate_limiter.h"

#include <algorithm>
#include <mutex>
#include <random>

namespace healer::notify {
namespace {

constexpr base::Duration kMinute = std::chrono::minutes(1);

}  // namespace

Jitter random_jitter() {
  struct Source {
    std::mutex mutex;
    std::minstd_rand random{std::random_device{}()};
  };
  return [source = std::make_shared<Source>()] {
    std::lock_guard lock(source->mutex);
    return std::uniform_real_distribution<double>()(source->random);
  };
}

base::Duration delay_after(int attempt, std::optional<base::Duration> asked, const RetryPolicy& patience,
                           double jitter) {
  base::Duration delay = patience.first_delay;
  for (int i = 1; i < attempt && delay < patience.longest_delay; ++i) delay *= 2;
  delay = std::min(delay, patience.longest_delay);
  delay += std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(delay) * 0.25 * jitter);
  return std::max(delay, asked.value_or(base::Duration::zero()));
}

void RateLimiter::sent(base::MonoTime now) {
  while (!sent_.empty() && now - sent_.front() >= kMinute) sent_.pop_front();
  sent_.push_back(now);
}

bool RateLimiter::allows(std::size_t max_per_minute, base::MonoTime now) const {
  const auto recent = std::ranges::count_if(sent_, [&](base::MonoTime at) { return now - at < kMinute; });
  return static_cast<std::size_t>(recent) < max_per_minute;
}

base::Duration RateLimiter::until_digest(base::MonoTime now) const {
  if (sent_.empty()) return base::Duration::zero();
  return std::max(base::Duration::zero(), sent_.back() + kDigestEvery - now);
}

}  // namespace healer::notify
