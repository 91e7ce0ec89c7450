#include "healer/notify/outbox/rate_limiter.h"

#include "tests/catch.h"

using healer::notify::delay_after;
using healer::notify::RateLimiter;
using healer::notify::RetryPolicy;
using namespace std::chrono_literals;

TEST_CASE("the delay doubles up to its limit, and the receiver's wish is the least") {
  const RetryPolicy patience;
  CHECK(delay_after(1, {}, patience, 0) == 1s);
  CHECK(delay_after(2, {}, patience, 0) == 2s);
  CHECK(delay_after(5, {}, patience, 0) == 16s);
  CHECK(delay_after(12, {}, patience, 0) == 5min);
  CHECK(delay_after(1'000'000, {}, patience, 0) == 5min);
  CHECK(delay_after(1, 30s, patience, 0) == 30s);
  CHECK(delay_after(5, 2s, patience, 0) == 16s);
}

TEST_CASE("jitter lengthens a delay by up to a quarter and never shortens it") {
  const RetryPolicy patience;
  CHECK(delay_after(1, {}, patience, 0.5) == 1125ms);
  CHECK(delay_after(12, {}, patience, 1) == 375s);
  const auto jitter = healer::notify::random_jitter();
  for (int i = 0; i < 100; ++i) {
    const double value = jitter();
    CHECK((value >= 0 && value < 1));
  }
}

TEST_CASE("so many messages go within a minute") {
  RateLimiter pace;
  base::MonoTime now{};
  CHECK(pace.allows(2, now));
  pace.sent(now);
  CHECK(pace.allows(2, now));
  pace.sent(now + 10s);
  CHECK_FALSE(pace.allows(2, now + 59s));
  CHECK(pace.allows(2, now + 60s));
  CHECK_FALSE(pace.allows(1, now + 60s));
}

TEST_CASE("a digest waits for a while after what went before") {
  RateLimiter pace;
  const base::MonoTime now{};
  CHECK(pace.until_digest(now) == 0s);
  pace.sent(now);
  CHECK(pace.until_digest(now + 5s) == 10s);
  CHECK(pace.until_digest(now + 15s) == 0s);
  CHECK(pace.until_digest(now + 1h) == 0s);
}
