#include "healer/reports/render/units.h"

#include <limits>

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

TEST_CASE("lengths are reported in their two largest units") {
  const auto [length, text] = GENERATE(table<base::Duration, std::string>({{0s, "0 s"},
                                                                           {250ms, "250 ms"},
                                                                           {59s, "59 s"},
                                                                           {400s, "6 min 40 s"},
                                                                           {2h + 5min + 9s, "2 h 5 min"},
                                                                           {1h, "1 h"},
                                                                           {76h, "3 d 4 h"},
                                                                           {-90s, "-1 min 30 s"}}));
  CHECK(spoken(length) == text);
}

TEST_CASE("percentages never say 100 or 0 of what is not quite so") {
  const auto [ratio, text] = GENERATE(table<double, std::string>({{1, "100 %"},
                                                                  {0, "0 %"},
                                                                  {0.9999, "99.99 %"},
                                                                  {0.99934, "99.934 %"},
                                                                  {0.99999999, "almost 100 %"},
                                                                  {0.5, "50 %"},
                                                                  {0.123, "12.3 %"},
                                                                  {0.00001, "0.001 %"},
                                                                  {3.5, "350 %"}}));
  CHECK(percent(ratio) == text);
  CHECK(percent(std::numeric_limits<double>::quiet_NaN()) == "unknown");
}

TEST_CASE("latencies are reported as precisely as they need") {
  CHECK(seconds(0.0042) == "4.2 ms");
  CHECK(seconds(0.25) == "250 ms");
  CHECK(seconds(1.254) == "1.25 s");
  CHECK(seconds(std::numeric_limits<double>::infinity()) == "unknown");
}

TEST_CASE("sizes are reported in binary units") {
  CHECK(bytes(0) == "0 B");
  CHECK(bytes(1536) == "1.5 KiB");
  CHECK(bytes(20.0 * 1024 * 1024 * 1024) == "20 GiB");
  CHECK(bytes(-2048) == "-2 KiB");
  CHECK(bytes(std::numeric_limits<double>::infinity()) == "unknown");
}

TEST_CASE("figures are as long as they need to be") {
  CHECK(compact(0) == "0");
  CHECK(compact(0.0256) == "0.026");
  CHECK(compact(3.14) == "3.1");
  CHECK(compact(482) == "482");
  CHECK(compact(9999) == "9999");
  CHECK(compact(12500) == "12.5k");
  CHECK(compact(3.2e6) == "3.2M");
  CHECK(compact(std::numeric_limits<double>::quiet_NaN()) == "unknown");
}

TEST_CASE("times are reported in UTC") {
  CHECK(utc(base::WallTime(1765944000s)) == "2025-12-17 04:00 UTC");
  CHECK(utc(base::WallTime(1765944001s)) == "2025-12-17 04:00:01 UTC");
  CHECK(utc_date(base::WallTime(1765944000s)) == "2025-12-17");
}

TEST_CASE("counts agree with their nouns") {
  CHECK(count(1, "outage") == "1 outage");
  CHECK(count(0, "outage") == "0 outages");
  CHECK(word(Condition::kUnknown) == "unknown");
}
