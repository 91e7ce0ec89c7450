#include "base/os/clock.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "base/text/utf8.h"

namespace base {
namespace {

using std::chrono::seconds;

// The first and last whole second of WallTime, one second inside its range so that any fraction fits.
constexpr std::int64_t kFirstSecond =
    std::chrono::duration_cast<seconds>(WallTime::min().time_since_epoch()).count() + 1;
constexpr std::int64_t kLastSecond =
    std::chrono::duration_cast<seconds>(WallTime::max().time_since_epoch()).count() - 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Parses a text from its front. After the first failure every call fails.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  int number(std::size_t digits) {
    if (rest_.size() < digits) ok_ = false;
    int value = 0;
    for (std::size_t i = 0; ok_ && i < digits; ++i) {
      if (!is_digit(rest_[i])) ok_ = false;
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return value;
  }
  char one_of(std::string_view allowed) {
    const char c = peek();
    if (rest_.empty() || allowed.find(c) == std::string_view::npos) ok_ = false;
    if (ok_) rest_.remove_prefix(1);
    return c;
  }
  // The digits after the dot as nanoseconds; finer digits are dropped.
  std::int64_t fraction() {
    std::int64_t nanos = 0;
    std::int64_t unit = 100'000'000;
    if (!is_digit(peek())) ok_ = false;
    while (is_digit(peek())) {
      nanos += (peek() - '0') * unit;
      unit /= 10;
      rest_.remove_prefix(1);
    }
    return nanos;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

Now SystemClock::now() const { return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; }

double unix_seconds(WallTime time) {
  // Seconds and nanoseconds are converted separately: a double cannot hold current times in nanoseconds
  // exactly.
  const auto whole = std::chrono::floor<seconds>(time);
  return static_cast<double>(whole.time_since_epoch().count()) +
         static_cast<double>((time - whole).count()) / 1e9;
}

WallTime from_unix_seconds(double value) {
  if (std::isnan(value)) return WallTime{};
  if (value <= static_cast<double>(kFirstSecond)) return WallTime(seconds(kFirstSecond));
  if (value >= static_cast<double>(kLastSecond)) return WallTime(seconds(kLastSecond));
  const double whole = std::floor(value);
  return WallTime(seconds(static_cast<std::int64_t>(whole)) +
                  std::chrono::nanoseconds(static_cast<std::int64_t>((value - whole) * 1e9)));
}

std::string rfc3339(WallTime time) {
  // Milliseconds from here on, because the midnight before the first WallTime is out of its range.
  const auto cut = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(cut);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(cut - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  Cursor in(text);
  const int year = in.number(4);
  in.one_of("-");
  const int month = in.number(2);
  in.one_of("-");
  const int day = in.number(2);
  in.one_of("Tt ");
  const int hour = in.number(2);
  in.one_of(":");
  const int minute = in.number(2);
  in.one_of(":");
  const int second = in.number(2);
  std::int64_t nanos = 0;
  if (in.ok() && in.peek() == '.') {
    in.one_of(".");
    nanos = in.fraction();
  }
  const char zone = in.one_of("Zz+-");
  int offset_minutes = 0;
  if (in.ok() && (zone == '+' || zone == '-')) {
    const int hours = in.number(2);
    in.one_of(":");
    const int minutes = in.number(2);
    if (!in.ok() || hours > 23 || minutes > 59) return fail("\"{}\" is not an RFC 3339 time", excerpt(text));
    offset_minutes = (hours * 60 + minutes) * (zone == '+' ? 1 : -1);
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // Second 60 is a leap second: the first of the next minute.
  if (!in.ok() || !in.done() || year < 1 || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return fail("\"{}\" is not an RFC 3339 time", excerpt(text));
  }
  const auto whole = std::chrono::sys_seconds(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
                     std::chrono::minutes(minute - offset_minutes) + seconds(second);
  const std::int64_t count = whole.time_since_epoch().count();
  if (count < kFirstSecond) return WallTime(seconds(kFirstSecond));
  if (count > kLastSecond) return WallTime(seconds(kLastSecond));
  return WallTime(seconds(count) + std::chrono::nanoseconds(nanos));
}

}  // namespace base
