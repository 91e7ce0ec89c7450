#include "healer/config/windows.h"

#include "tests/catch.h"

using namespace healer::guards;
using namespace std::chrono_literals;

namespace {

base::WallTime at(std::string_view text) { return base::parse_rfc3339(text).value(); }

}  // namespace

TEST_CASE("a window holds from its first minute on and no longer in its last") {
  // 2025-12-17 is a Wednesday.
  const auto [text, moment, inside] = GENERATE(table<std::string, std::string, bool>({
      {"08:00-16:30", "2025-12-17T07:59:59.999Z", false},
      {"08:00-16:30", "2025-12-17T08:00:00Z", true},
      {"08:00-16:30", "2025-12-17T16:29:59.999Z", true},
      {"08:00-16:30", "2025-12-17T16:30:00Z", false},
      {"Mon-Fri 08:00-16:30", "2025-12-17T12:00:00Z", true},
      {"Mon-Fri 08:00-16:30", "2025-12-20T12:00:00Z", false},
      {"Sat,Sun 00:00-24:00", "2025-12-20T00:00:00Z", true},
      {"Sat,Sun 00:00-24:00", "2025-12-22T00:00:00Z", false},
      {"Sat-Mon 10:00-11:00", "2025-12-22T10:30:00Z", true},
      {"Sat-Mon 10:00-11:00", "2025-12-23T10:30:00Z", false},
      // It belongs to the day on which it begins.
      {"Tue 22:00-06:00", "2025-12-17T05:59:59Z", true},
      {"Tue 22:00-06:00", "2025-12-17T06:00:00Z", false},
      {"Tue 22:00-06:00", "2025-12-17T22:30:00Z", false},
      {"22:00-06:00", "2025-12-17T22:00:00Z", true},
      {"Mon,Wed-Fri 12:00-12:00", "2025-12-18T03:00:00Z", true},
      // Long before Unix time began, as after it.
      {"08:00-16:30", "1969-12-31T08:00:00Z", true},
  }));
  INFO(text << " at " << moment);
  const auto window = parse_window(text);
  REQUIRE(window);
  CHECK((window_at({*window}, at(moment)) != nullptr) == inside);
}

TEST_CASE("what is no window is reported as written") {
  const std::string text =
      GENERATE("", "8:00-16:00", "08:00", "08:00-16", "08:00-16:60", "25:00-26:00", "24:00-01:00",
               "Mon 24:01-03:00", "Mo 08:00-09:00", "Mon- 08:00-09:00", "Mon, 08:00-09:00", "mon 08:00-09:00",
               "Mon  08:00-09:00", "08:00-09:00 Mon", "-1:00-09:00");
  const auto window = parse_window(text);
  REQUIRE_FALSE(window);
  CHECK(window.error().message ==
        "\"" + text + "\" is not a time window such as \"Mon-Fri 08:00-16:30\" or \"22:00-06:00\"");
}

TEST_CASE("of windows that overlap the one that lasts longest counts, and its end is known") {
  const std::vector<Window> windows{parse_window("08:00-10:00").value(),
                                    parse_window("Tue 22:00-11:00").value()};
  const auto now = at("2025-12-17T09:00:00Z");
  REQUIRE(window_at(windows, now) != nullptr);
  CHECK(window_at(windows, now)->text == "Tue 22:00-11:00");
  CHECK(end_of(*window_at(windows, now), now) == at("2025-12-17T11:00:00Z"));
}

TEST_CASE("the next beginning is the nearest, up to a week ahead") {
  const std::vector<Window> windows{parse_window("Wed 08:00-10:00").value(),
                                    parse_window("Sun 09:00-11:00").value()};
  CHECK(next_begin(windows, at("2025-12-17T07:00:00Z")) == at("2025-12-17T08:00:00Z"));
  CHECK(next_begin(windows, at("2025-12-17T08:00:00Z")) == at("2025-12-21T09:00:00Z"));
  CHECK(next_begin({windows[0]}, at("2025-12-17T08:00:00Z")) == at("2025-12-24T08:00:00Z"));
  CHECK_FALSE(next_begin({}, at("2025-12-17T08:00:00Z")));
}
