#include "base/os/clock.h"

#include <cmath>
#include <limits>
#include <string>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using base::Deadline;
using base::WallTime;
using namespace std::chrono_literals;

namespace {

WallTime at(std::int64_t seconds, std::int64_t nanos = 0) {
  return WallTime(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos));
}

}  // namespace

TEST_CASE("times are printed as RFC 3339 in UTC with milliseconds, cut and not rounded") {
  const auto [time, text] = GENERATE(table<WallTime, std::string>({
      {at(0), "1970-01-01T00:00:00.000Z"},
      {at(1765991174, 759'999'999), "2025-12-17T17:06:14.759Z"},
      {at(1709164800), "2024-02-29T00:00:00.000Z"},
      {at(-1), "1969-12-31T23:59:59.000Z"},
      {at(-1, 1'000'000), "1969-12-31T23:59:59.001Z"},
      {at(4102444800), "2100-01-01T00:00:00.000Z"},
  }));
  CHECK(base::rfc3339(time) == text);
}

TEST_CASE("RFC 3339 times are read with any fraction and any offset") {
  const auto [text, time] = GENERATE(table<std::string, WallTime>({
      {"1970-01-01T00:00:00Z", at(0)},
      {"2025-12-17T17:06:14.759Z", at(1765991174, 759'000'000)},
      {"2025-12-17t17:06:14z", at(1765991174)},
      {"2025-12-17 17:06:14Z", at(1765991174)},
      {"2025-12-17T18:36:14+01:30", at(1765991174)},
      {"2025-12-17T12:06:14.5-05:00", at(1765991174, 500'000'000)},
      {"2025-12-17T17:06:14.123456789Z", at(1765991174, 123'456'789)},
      {"2025-12-17T17:06:14.1234567899999999999Z", at(1765991174, 123'456'789)},
      {"2024-02-29T00:00:00Z", at(1709164800)},
      {"2016-12-31T23:59:60Z", at(1483228800)},
      {"1969-12-31T23:59:59.5Z", at(-1, 500'000'000)},
  }));
  CAPTURE(text);
  const auto parsed = base::parse_rfc3339(text);
  REQUIRE(parsed);
  CHECK((*parsed - time).count() == 0);
}

TEST_CASE("what is no RFC 3339 time is refused") {
  const std::string text = GENERATE(
      values<std::string>({"", "now", "2025-12-17", "2025-12-17T17:06:14", "2025-12-17T17:06Z",
                           "2025-13-17T17:06:14Z", "2025-02-29T00:00:00Z", "2025-12-17T24:00:00Z",
                           "2025-12-17T17:60:14Z", "2025-12-17T17:06:61Z", "2025-12-17T17:06:14.Z",
                           "2025-12-17T17:06:14Zx", "2025-12-17T17:06:14+25:00", "2025-12-17T17:06:14+01",
                           "0000-01-01T00:00:00Z", "-025-12-17T17:06:14Z", "2025-12-17T17:06:14+", "2025"}));
  CAPTURE(text);
  const auto parsed = base::parse_rfc3339(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message == "\"" + text + "\" is not an RFC 3339 time");
}

TEST_CASE("times outside of what is representable are clamped, not wrapped") {
  const auto first = base::parse_rfc3339("0001-01-01T00:00:00Z");
  const auto last = base::parse_rfc3339("9999-12-31T23:59:59Z");
  REQUIRE(first);
  REQUIRE(last);
  CHECK(base::rfc3339(*first).starts_with("1677-"));
  CHECK(base::rfc3339(*last).starts_with("2262-"));
}

TEST_CASE("unix seconds convert both ways and clamp what does not fit") {
  CHECK(base::unix_seconds(at(1765991174, 250'000'000)) == 1765991174.25);
  CHECK(base::from_unix_seconds(1765991174.25) == at(1765991174, 250'000'000));
  CHECK(base::from_unix_seconds(-0.5) == at(-1, 500'000'000));
  CHECK(base::from_unix_seconds(std::nan("")) == at(0));
  CHECK(base::rfc3339(base::from_unix_seconds(std::numeric_limits<double>::infinity())).starts_with("2262-"));
  CHECK(base::rfc3339(base::from_unix_seconds(-1e300)).starts_with("1677-"));
}

TEST_CASE("a deadline follows monotonic time and does not notice that the wall clock was set") {
  tests::FakeClock clock;
  const Deadline deadline = Deadline::after(clock, 10s);
  CHECK(deadline.remaining() == 10s);
  clock.set_wall(at(4102444800));
  CHECK(deadline.remaining() == 10s);
  clock.advance(9s);
  CHECK_FALSE(deadline.passed());
  clock.advance(1s);
  CHECK(deadline.passed());
  clock.advance(1h);
  CHECK(deadline.remaining() == 0s);
}

TEST_CASE("a deadline can be brought nearer, never pushed away, by within") {
  tests::FakeClock clock;
  const Deadline deadline = Deadline::after(clock, 10s);
  CHECK(deadline.within(3s).remaining() == 3s);
  CHECK(deadline.within(30s).remaining() == 10s);
}

TEST_CASE("a deadline that has passed can still be extended by a grace") {
  tests::FakeClock clock;
  const Deadline deadline = Deadline::after(clock, 1s);
  clock.advance(2s);
  CHECK(deadline.extended(3s).remaining() == 2s);
  CHECK(deadline.extended(1s).passed());
}

TEST_CASE("a deadline without end stays in the future") {
  tests::FakeClock clock;
  const Deadline deadline = Deadline::after(clock, base::Duration::max());
  CHECK_FALSE(deadline.passed());
  CHECK_FALSE(deadline.extended(base::Duration::max()).passed());
  CHECK(deadline.within(1s).remaining() == 1s);
}

TEST_CASE("the system's monotonic time never goes back") {
  const base::SystemClock clock;
  const base::Now first = clock.now();
  CHECK(clock.now().mono >= first.mono);
  CHECK(base::unix_seconds(first.wall) > 0);
}
