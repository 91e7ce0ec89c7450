// Hours of the week in UTC: "Mon-Fri 08:00-16:30", "Sat,Sun 00:00-24:00", "22:00-06:00".
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer::guards {

// Always UTC, so that daylight saving time does not repeat or skip an hour.
struct Window {
  std::bitset<7> days;  // on which it starts; Sunday is 0
  std::chrono::minutes from{};
  std::chrono::minutes length{};  // may reach into the next day
  std::string text;               // as it was written
};

// Days are Sun to Sat, listed by commas and ranges; without days, every day. An end that is not after the
// start is on the next day.
base::Result<Window> parse_window(std::string_view text);

// The window that is active at that time, the one that lasts longest; nullptr: none.
const Window* window_at(const std::vector<Window>& windows, base::WallTime at);
// When the occurrence that is active at that time ends.
base::WallTime end_of(const Window& window, base::WallTime at);
// When the next of them starts.
std::optional<base::WallTime> next_begin(const std::vector<Window>& windows, base::WallTime after);

}  // namespace healer::guards
