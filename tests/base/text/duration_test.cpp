#include "base/text/duration.h"

#include <string>

#include "tests/catch.h"

using base::Duration;
using namespace std::chrono_literals;

TEST_CASE("durations are read as Prometheus writes them") {
  const auto [text, duration] = GENERATE(table<std::string, Duration>({
      {"0", 0s},
      {"0s", 0s},
      {"5s", 5s},
      {"5m", 5min},
      {"250ms", 250ms},
      {"1h30m", 90min},
      {"90s", 90s},
      {"1d", 24h},
      {"2w", 14 * 24h},
      {"1y", 365 * 24h},
      {"1y2w3d4h5m6s7ms", (365 + 14 + 3) * 24h + 4h + 5min + 6s + 7ms},
      {"007s", 7s},
  }));
  CAPTURE(text);
  const auto parsed = base::parse_duration(text);
  REQUIRE(parsed);
  CHECK(*parsed == duration);
}

TEST_CASE("what is no duration is refused with its text") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"", "\"\" is not a duration"},
      {"5", "\"5\" is not a duration"},
      {"5x", "\"5x\" is not a duration"},
      {"s", "\"s\" is not a duration"},
      {"-5s", "\"-5s\" is not a duration"},
      {"+5s", "\"+5s\" is not a duration"},
      {"1.5h", "\"1.5h\" is not a duration"},
      {"5 m", "\"5 m\" is not a duration"},
      {" 5m", "\" 5m\" is not a duration"},
      {"5m ", "\"5m \" is not a duration"},
      {"5M", "\"5M\" is not a duration"},
      {"1m1h", "\"1m1h\" is not a duration"},
      {"1h1h", "\"1h1h\" is not a duration"},
      {"293y", "\"293y\" is too long a duration"},
      {"99999999999999999999s", "\"99999999999999999999s\" is too long a duration"},
      {"5\n", "\"5?\" is not a duration"},
  }));
  const auto parsed = base::parse_duration(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message == message);
}

TEST_CASE("durations are printed as Prometheus prints them") {
  const auto [duration, text] = GENERATE(table<Duration, std::string>({
      {0s, "0s"},
      {90s, "1m30s"},
      {3600s, "1h"},
      {36h, "1d12h"},
      {7 * 24h, "1w"},
      {8 * 24h, "8d"},
      {365 * 24h, "1y"},
      {1500ms, "1s500ms"},
      {999us, "0s"},
      {-90s, "-1m30s"},
  }));
  CHECK(base::format_duration(duration) == text);
}

TEST_CASE("a printed duration reads back to the same milliseconds") {
  const Duration duration = GENERATE(values<Duration>(
      {1ms, 59s, 61s, 3599s, 3601s, 86399s, 86401s, 604800s, 31536000s, 31622400s, 123456789ms}));
  const auto parsed = base::parse_duration(base::format_duration(duration));
  REQUIRE(parsed);
  CHECK(*parsed == duration);
}
