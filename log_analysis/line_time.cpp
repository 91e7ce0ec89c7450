#include "log_analysis/line_time.h"

#include <array>

namespace log_analysis {

namespace {

using base::WallTime;
using namespace std::chrono;

bool digit(char c) { return c >= '0' && c <= '9'; }

// Reads from the left; a failed read does not move the position.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  char peek(std::size_t ahead = 0) const { return ahead < text_.size() ? text_[ahead] : '\0'; }
  void skip(std::size_t n) { text_.remove_prefix(std::min(n, text_.size())); }
  bool take(std::string_view any_of) {
    if (text_.empty()) return false;
    for (const char c : any_of) {  // few: faster than find()
      if (text_.front() != c) continue;
      text_.remove_prefix(1);
      return true;
    }
    return false;
  }
  void skip_spaces() {
    while (peek() == ' ') skip(1);
  }
  std::size_t digits() const {
    std::size_t n = 0;
    while (digit(peek(n))) ++n;
    return n;
  }
  // Exactly `n` digits.
  std::optional<int> number(std::size_t n) {
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!digit(peek(i))) return std::nullopt;
      value = 10 * value + (peek(i) - '0');
    }
    skip(n);
    return value;
  }
  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

std::optional<sys_days> date_of(int y, int m, int d) {
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok() || y < 1970 || y > 2200) return std::nullopt;
  return sys_days{date};
}

nanoseconds fraction(Cursor& at) {
  if ((at.peek() != '.' && at.peek() != ',') || !digit(at.peek(1))) return {};
  at.skip(1);
  std::int64_t value = 0;
  std::int64_t unit = 1'000'000'000;
  for (; digit(at.peek()); at.skip(1)) {
    if (unit == 1) continue;
    unit /= 10;
    value += (at.peek() - '0') * unit;
  }
  return nanoseconds(value);
}

// Z, +01:00, +0100 or " +0100"; nothing: UTC.
nanoseconds zone(Cursor at) {
  if (at.peek() == ' ') at.skip(1);
  const bool west = at.peek() == '-';
  if (!at.take("+-")) return {};
  const auto hour = at.number(2);
  at.take(":");
  const auto minute = at.number(2);
  if (!hour || !minute) return {};
  const nanoseconds offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

// 03:04:05 or 03.04.05, with a fraction.
std::optional<nanoseconds> time_of_day(Cursor& at) {
  const auto hour = at.number(2);
  if (!hour || !at.take(":.")) return std::nullopt;
  const auto minute = at.number(2);
  if (!minute || !at.take(":.")) return std::nullopt;
  const auto second = at.number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return hours(*hour) + minutes(*minute) + seconds(*second) + fraction(at);
}

std::optional<WallTime> at_time(std::optional<sys_days> date, Cursor at) {
  if (!date) return std::nullopt;
  const auto time = time_of_day(at);
  if (!time) return std::nullopt;
  return WallTime(*date) + *time - zone(at);
}

// 2025-01-02T03:04:05, 2025/01/02 03:04:05, 2005-06-03-15.42.50, 20250102-03:04:05, 25/01/02 03:04:05.
std::optional<WallTime> numeric_date(Cursor at) {
  const std::size_t digits = at.digits();
  if (digits != 4 && digits != 8 && digits != 2) return std::nullopt;
  const int year = *at.number(digits == 2 ? 2 : 4);
  const char between = at.peek();
  if (digits != 8 && !at.take(digits == 4 ? "-/." : "/")) return std::nullopt;
  const auto month = at.number(2);
  if (!month || (digits != 8 && !at.take({&between, 1}))) return std::nullopt;
  const auto day = at.number(2);
  if (!day || !at.take(" T_-:")) return std::nullopt;
  at.skip_spaces();
  return at_time(date_of(digits == 2 ? 2000 + year : year, *month, *day), at);
}

std::optional<WallTime> unix_time(Cursor at) {
  const std::size_t digits = at.digits();
  std::int64_t unit = 0;
  switch (digits) {
    case 10:
      unit = 1'000'000'000;
      break;
    case 13:
      unit = 1'000'000;
      break;
    case 16:
      unit = 1'000;
      break;
    case 19:
      unit = 1;
      break;
    default:
      return std::nullopt;
  }
  std::uint64_t number = 0;  // nineteen digits fit
  for (std::size_t i = 0; i < digits; ++i)
    number = 10 * number + static_cast<std::uint64_t>(at.peek(i) - '0');
  constexpr std::uint64_t kLast = 7'258'118'400;  // 2200
  if (number / static_cast<std::uint64_t>(1'000'000'000 / unit) > kLast) return std::nullopt;
  const auto value = static_cast<std::int64_t>(number);
  at.skip(digits);
  if (std::string_view(" \t,.:;|]}\"'-").find(at.peek()) == std::string_view::npos && at.peek() != '\0') {
    return std::nullopt;
  }
  return WallTime(nanoseconds(value * unit)) + (digits == 10 ? fraction(at) : nanoseconds{});
}

// Which of `names`, three letters each, comes next; from 0. Takes it.
std::optional<int> name_of(Cursor& at, std::string_view names) {
  const char first = at.peek();
  const char second = at.peek(1);
  const char third = at.peek(2);
  for (std::size_t i = 0; i < names.size(); i += 3) {
    if (names[i] != first || names[i + 1] != second || names[i + 2] != third) continue;
    at.skip(3);
    return static_cast<int>(i / 3);
  }
  return std::nullopt;
}

std::optional<int> month_name(Cursor& at) {
  const auto month = name_of(at, "JanFebMarAprMayJunJulAugSepOctNovDec");
  return month ? std::optional(*month + 1) : std::nullopt;
}

// Jan  2 03:04:05, Thu Jan 02 03:04:05 2025.
std::optional<WallTime> named_month(Cursor at, WallTime now) {
  if (name_of(at, "MonTueWedThuFriSatSun") && !at.take(" ")) return std::nullopt;
  const auto month = month_name(at);
  if (!month || !at.take(" ")) return std::nullopt;
  at.skip_spaces();
  const auto day = at.number(at.digits() == 1 ? 1 : 2);
  if (!day || !at.take(" ")) return std::nullopt;
  const auto time = time_of_day(at);
  if (!time) return std::nullopt;
  if (at.peek() == ' ' && Cursor(at.rest().substr(1)).digits() == 4) {
    at.skip(1);
    if (const auto date = date_of(*at.number(4), *month, *day)) return WallTime(*date) + *time;
  }
  const year_month_day today{floor<days>(now)};
  for (int year = static_cast<int>(today.year()); year > static_cast<int>(today.year()) - 5; --year) {
    const auto date = date_of(year, *month, *day);
    if (date && WallTime(*date) + *time <= now + hours(24)) return WallTime(*date) + *time;
  }
  return std::nullopt;
}

// 02 Jan 2025 03:04:05, as Redis writes it.
std::optional<WallTime> day_first(Cursor at) {
  const auto day = at.number(2);
  if (!day || !at.take(" ")) return std::nullopt;
  const auto month = month_name(at);
  if (!month || !at.take(" ")) return std::nullopt;
  const auto year = at.number(4);
  if (!year || !at.take(" ")) return std::nullopt;
  return at_time(date_of(*year, *month, *day), at);
}

// [02/Jan/2025:03:04:05 +0100]
std::optional<WallTime> access_time(std::string_view line) {
  const std::size_t open = line.substr(0, 200).find('[');
  if (open == std::string_view::npos) return std::nullopt;
  Cursor at(line.substr(open + 1));
  const auto day = at.number(2);
  if (!day || !at.take("/")) return std::nullopt;
  const auto month = month_name(at);
  if (!month || !at.take("/")) return std::nullopt;
  const auto year = at.number(4);
  if (!year || !at.take(":")) return std::nullopt;
  return at_time(date_of(*year, *month, *day), at);
}

std::optional<WallTime> plain_time(std::string_view text, WallTime now) {
  const Cursor at(text);
  if (!digit(at.peek())) return named_month(at, now);
  if (const auto time = numeric_date(at)) return time;
  if (const auto time = day_first(at)) return time;
  return unix_time(at);
}

std::optional<WallTime> json_time(std::string_view line, WallTime now) {
  constexpr std::array<std::string_view, 6> kKeys{R"("time")", R"("timestamp")", R"("@timestamp")",
                                                  R"("ts")",   R"("$date")",     R"("t")"};
  for (const std::string_view key : kKeys) {
    const std::size_t found = line.find(key);
    if (found == std::string_view::npos) continue;
    Cursor at(line.substr(found + key.size()));
    at.skip_spaces();
    if (!at.take(":")) continue;
    at.skip_spaces();
    at.take("\"");
    if (const auto time = plain_time(at.rest(), now)) return time;
  }
  return std::nullopt;
}

}  // namespace

std::optional<WallTime> line_time(std::string_view line, WallTime now) {
  Cursor at(line);
  while (at.take(" \t[(\"")) {
  }
  if (at.peek() == '{') return json_time(line, now);
  if (at.peek() == '<' && digit(at.peek(1))) {  // syslog's priority, and the version of RFC 5424
    const std::size_t end = at.rest().substr(0, 5).find('>');
    if (end != std::string_view::npos) at.skip(end + 1);
    if (at.peek() == '1' && at.peek(1) == ' ') at.skip(2);
  }
  // Up to a few other fields may precede the time.
  constexpr int kFields = 5;
  for (int field = 0; field < kFields; ++field) {
    if (digit(at.peek()) || (at.peek() >= 'A' && at.peek() <= 'Z')) {
      if (const auto time = plain_time(at.rest(), now)) return time;
    }
    const std::size_t space = at.rest().substr(0, 80).find(' ');
    if (space == std::string_view::npos) break;
    at.skip(space + 1);
    while (at.take(" [(\"")) {
    }
  }
  return access_time(line);
}

}  // namespace log_analysis
