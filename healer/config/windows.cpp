#include "healer/config/windows.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace healer::guards {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<std::size_t> parse_day(std::string_view text) {
  const auto found = std::find(kDays.begin(), kDays.end(), text);
  return found == kDays.end() ? std::nullopt : std::optional<std::size_t>(found - kDays.begin());
}

// "Mon", "Mon-Fri" or "Sat-Mon".
bool add_days(std::string_view text, std::bitset<7>& set) {
  const std::size_t dash = text.find('-');
  const auto first = parse_day(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
  if (!first || !last) return false;
  for (std::size_t day = *first;; day = (day + 1) % kDays.size()) {
    set.set(day);
    if (day == *last) return true;
  }
}

// HH:MM up to 24:00.
std::optional<minutes> parse_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<int> {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
    return value;
  };
  const auto hour = number(text.substr(0, 2));
  const auto minute = number(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute != 0)) return std::nullopt;
  return hours(*hour) + minutes(*minute);
}

std::size_t weekday_of(base::WallTime at) {
  return std::chrono::weekday(std::chrono::floor<days>(at)).c_encoding();
}

// The start of the one that is active at that time.
std::optional<base::WallTime> begin_of(const Window& window, base::WallTime at) {
  const auto today = std::chrono::floor<days>(at);
  for (const auto day : {today, today - days(1)}) {
    const base::WallTime from = day + window.from;
    if (window.days.test(weekday_of(day)) && at >= from && at < from + window.length) return from;
  }
  return std::nullopt;
}

}  // namespace

base::Result<Window> parse_window(std::string_view text) {
  const auto bad = [&text] {
    return base::fail("\"{}\" is not a time window such as \"Mon-Fri 08:00-16:30\" or \"22:00-06:00\"", text);
  };
  Window window;
  window.text = std::string(text);
  const std::size_t space = text.find(' ');
  const std::string_view range = space == std::string_view::npos ? text : text.substr(space + 1);
  if (space == std::string_view::npos) {
    window.days.set();
  } else {
    std::string_view names = text.substr(0, space);
    while (true) {
      const std::size_t comma = names.find(',');
      if (!add_days(names.substr(0, comma), window.days)) return bad();
      if (comma == std::string_view::npos) break;
      names.remove_prefix(comma + 1);
    }
  }
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return bad();
  const auto from = parse_time(range.substr(0, dash));
  const auto to = parse_time(range.substr(dash + 1));
  if (!from || !to || *from == hours(24)) return bad();
  window.from = *from;
  window.length = *to > *from ? *to - *from : *to + hours(24) - *from;
  return window;
}

const Window* window_at(const std::vector<Window>& windows, base::WallTime at) {
  const Window* longest = nullptr;
  for (const Window& window : windows) {
    if (!begin_of(window, at)) continue;
    if (longest == nullptr || end_of(window, at) > end_of(*longest, at)) longest = &window;
  }
  return longest;
}

base::WallTime end_of(const Window& window, base::WallTime at) {
  const auto from = begin_of(window, at);
  return from ? *from + window.length : at;
}

std::optional<base::WallTime> next_begin(const std::vector<Window>& windows, base::WallTime after) {
  std::optional<base::WallTime> next;
  const auto today = std::chrono::floor<days>(after);
  for (const Window& window : windows) {
    for (int ahead = 0; ahead <= 7; ++ahead) {
      const auto day = today + days(ahead);
      const base::WallTime from = day + window.from;
      if (from <= after || !window.days.test(weekday_of(day))) continue;
      if (!next || from < *next) next = from;
      break;
    }
  }
  return next;
}

}  // namespace healer::guards
