#include "log_analysis/line_time.h"

#include <algorithm>
#include <array>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using base::WallTime;
using namespace std::chrono;

// A time whose zone is not known, such as "03:04:05 CST": it is a time, but not one to reckon with.
constexpr WallTime kUnknown = WallTime::min();

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

struct Zone {
  std::string_view word;
  minutes offset;
};
// Those that mean one thing wherever they are written.
constexpr std::array kZones{
    Zone{"UTC", minutes(0)},     Zone{"GMT", minutes(0)},     Zone{"WET", minutes(0)},
    Zone{"WEST", minutes(60)},   Zone{"BST", minutes(60)},    Zone{"CET", minutes(60)},
    Zone{"MET", minutes(60)},    Zone{"CEST", minutes(120)},  Zone{"MEST", minutes(120)},
    Zone{"EET", minutes(120)},   Zone{"SAST", minutes(120)},  Zone{"EEST", minutes(180)},
    Zone{"MSK", minutes(180)},   Zone{"TRT", minutes(180)},   Zone{"PKT", minutes(300)},
    Zone{"HKT", minutes(480)},   Zone{"SGT", minutes(480)},   Zone{"AWST", minutes(480)},
    Zone{"JST", minutes(540)},   Zone{"KST", minutes(540)},   Zone{"AEST", minutes(600)},
    Zone{"AEDT", minutes(660)},  Zone{"NZST", minutes(720)},  Zone{"NZDT", minutes(780)},
    Zone{"BRT", minutes(-180)},  Zone{"EDT", minutes(-240)},  Zone{"EST", minutes(-300)},
    Zone{"CDT", minutes(-300)},  Zone{"MDT", minutes(-360)},  Zone{"MST", minutes(-420)},
    Zone{"PDT", minutes(-420)},  Zone{"AKDT", minutes(-480)}, Zone{"PST", minutes(-480)},
    Zone{"AKST", minutes(-540)}, Zone{"HST", minutes(-600)}};
// China, Cuba or Chicago; Israel, Ireland or India; …; and those that changed over the years.
constexpr std::array<std::string_view, 17> kAmbiguous{"CST", "IST",  "AST", "ADT", "ECT", "GST",
                                                      "PHT", "WIB",  "ICT", "ART", "CLT", "COT",
                                                      "PET", "IRST", "NPT", "AMT", "ACT"};
constexpr std::array<std::string_view, 10> kRegions{
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "Etc"};

// "+01:00", "+0100", "+01"; moves behind it.
std::optional<nanoseconds> offset(Cursor& at) {
  Cursor from = at;
  const bool west = from.peek() == '-';
  if (!from.take("+-")) return std::nullopt;
  const auto hour = from.number(2);
  if (!hour || *hour > 14) return std::nullopt;
  const bool colon = from.take(":");
  const auto minute = from.number(2);
  if ((colon && !minute) || digit(from.peek()) || is_letter(from.peek())) return std::nullopt;
  if (!minute && from.peek() != '\0' &&
      std::string_view(" ]|,;)\"\t").find(from.peek()) == std::string_view::npos)
    return std::nullopt;
  at = from;
  const nanoseconds value = hours(*hour) + minutes(minute.value_or(0));
  return west ? -value : value;
}

// Z, +01:00, +0100, +01 or a word, also behind a space; nothing: UTC. nullopt: a zone that is not known.
std::optional<nanoseconds> zone(Cursor at) {
  if (at.peek() == 'Z' && !is_letter(at.peek(1))) return nanoseconds{};
  if (at.peek() == ' ') at.skip(1);
  if (const auto numeric = offset(at)) return *numeric;
  const bool bracket = at.peek() == '[';
  if (bracket) at.skip(1);
  const std::string_view rest = at.rest();
  if (!is_upper(at.peek())) return nanoseconds{};
  const std::string_view word = rest.substr(0, letters_end(rest, 0));
  const char next = at.peek(word.size());
  if (next == '/') {
    if (std::ranges::find(kRegions, word) == kRegions.end()) return nanoseconds{};
    const bool utc =
        rest.starts_with("Etc/UTC") || rest.starts_with("Etc/GMT ") || rest.starts_with("Etc/GMT]");
    return utc ? std::optional(nanoseconds{}) : std::nullopt;
  }
  // Level words, which mostly follow a time, end with other letters.
  if (bracket || !one_of<'T', 'C', 'K', 'B'>(word.back()) || word.size() > 4) return nanoseconds{};
  if (is_digit(next) || next == '_' || next == '.' || next == '=') return nanoseconds{};
  const auto* known = std::ranges::find(kZones, word, &Zone::word);
  if (known != kZones.end()) return known->offset;
  if (std::ranges::find(kAmbiguous, word) != kAmbiguous.end()) return std::nullopt;
  return nanoseconds{};
}

// 03:04:05, 3:04:05 PM, 03.04.05 or 030405, with a fraction.
std::optional<nanoseconds> time_of_day(Cursor& at) {
  const std::size_t digits = at.digits();
  const bool compact = digits == 6;
  const auto hour = at.number(digits == 1 ? 1 : 2);
  if (!hour || (!compact && !at.take(":."))) return std::nullopt;
  const auto minute = at.number(2);
  if (!minute || (!compact && !at.take(":."))) return std::nullopt;
  const auto second = at.number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const nanoseconds within = minutes(*minute) + seconds(*second) + fraction(at);
  const std::size_t space = at.peek() == ' ' ? 1 : 0;
  const char half = at.peek(space);
  if ((half != 'A' && half != 'P') || at.peek(space + 1) != 'M' || is(at.peek(space + 2), bytes::kWord))
    return hours(*hour) + within;
  at.skip(space + 2);
  return hours(*hour % 12 + (half == 'P' ? 12 : 0)) + within;
}

std::optional<WallTime> at_time(std::optional<sys_days> date, Cursor at) {
  if (!date) return std::nullopt;
  const auto time = time_of_day(at);
  if (!time) return std::nullopt;
  const auto from_utc = zone(at);
  return from_utc ? WallTime(*date) + *time - *from_utc : kUnknown;
}

// Without a year: the latest that gives no time after `now` + 1 day.
std::optional<WallTime> without_year(int month, int day, Cursor at, WallTime now) {
  const int this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
  for (int year = this_year + 1; year > this_year - 5; --year) {
    const auto time = at_time(date_of(year, month, day), at);
    if (time && *time <= now + hours(24)) return time;
  }
  return std::nullopt;
}

// 01-02 03:04:05 of Android and geth ("01-02|03:04:05"), without a year.
std::optional<WallTime> month_and_day(Cursor at, WallTime now) {
  const auto month = at.number(2);
  if (!month || !at.take("-")) return std::nullopt;
  const auto day = at.number(2);
  if (!day || !at.take(" |") || at.digits() != 2) return std::nullopt;
  return without_year(*month, *day, at, now);
}

// 250102 03:04:05, 081109 203615
std::optional<WallTime> short_date(Cursor at) {
  const auto year = at.number(2);
  const auto month = at.number(2);
  const auto day = at.number(2);
  if (!year || !month || !day || !at.take(" ")) return std::nullopt;
  at.skip_spaces();
  return at_time(date_of(2000 + *year, *month, *day), at);
}

// 004/030405 of HAProxy: the day of the year, counted from 0.
std::optional<WallTime> day_of_year(Cursor at, WallTime now) {
  const auto day = at.number(3);
  if (!day || *day > 365 || !at.take("/") || at.digits() != 6) return std::nullopt;
  const int this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
  for (int year = this_year + 1; year > this_year - 5; --year) {
    const auto first = date_of(year, 1, 1);
    const auto time = at_time(first ? std::optional(*first + days(*day)) : std::nullopt, at);
    if (time && *time <= now + hours(24)) return time;
  }
  return std::nullopt;
}

// 2025-01-02T03:04:05, 2025/01/02 03:04:05, 2005-06-03-15.42.50, 20250102-03:04:05, 20250102T030405,
// 25/01/02 03:04:05, 02.01.2025 03:04:05.
std::optional<WallTime> numeric_date(Cursor at) {
  const std::size_t digits = at.digits();
  if (digits != 4 && digits != 8 && digits != 2) return std::nullopt;
  if (digits == 2 && at.peek(2) == '.') {
    const int day = *at.number(2);
    at.skip(1);
    const auto month = at.number(2);
    if (!month || !at.take(".") || at.digits() != 4) return std::nullopt;
    const int year = *at.number(4);
    if (!at.take(" ")) return std::nullopt;
    return at_time(date_of(year, *month, day), at);
  }
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

// 1.7676144001e+09, as zap writes it.
std::optional<WallTime> scientific(Cursor at) {
  if (at.peek() != '1' || at.peek(1) != '.') return std::nullopt;
  at.skip(2);
  const std::size_t digits = at.digits();
  if (digits < 9 || digits > 18 || std::string_view(at.rest()).substr(digits, 4) != "e+09")
    return std::nullopt;
  std::int64_t value = 1'000'000'000'000'000'000;
  std::int64_t unit = value;
  for (std::size_t i = 0; i < digits; ++i) {
    unit /= 10;
    value += (at.peek(i) - '0') * unit;
  }
  return WallTime(nanoseconds(value));
}

std::optional<WallTime> unix_time(Cursor at) {
  const std::size_t digits = at.digits();
  if (digits == 1) return scientific(at);
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

// 02 Jan 2025 03:04:05, 29-Nov-2026 03:00:00, 02/Jan/2025:03:04:05 +0100, 9-Apr-2026::05:53:45.
std::optional<WallTime> day_first(Cursor at) {
  const auto day = at.number(at.digits() == 1 ? 1 : 2);
  const char between = at.peek();
  if (!day || !at.take(" -/")) return std::nullopt;
  const auto month = month_name(at);
  if (!month || !at.take({&between, 1})) return std::nullopt;
  const auto year = at.number(4);
  if (!year || !at.take(" :")) return std::nullopt;
  at.take(":");
  return at_time(date_of(*year, *month, *day), at);
}

std::optional<WallTime> plain_time(std::string_view text, WallTime now);

// Jan  2 03:04:05, Jan 02 2025 03:04:05, Jan 02, 2025 3:04:05 PM, Thu Jan 02 03:04:05 UTC 2025; behind a
// weekday also any other time.
std::optional<WallTime> named_month(Cursor at, WallTime now) {
  if (name_of(at, "MonTueWedThuFriSatSun")) {
    at.take(",");
    if (!at.take(" ")) return std::nullopt;
    if (digit(at.peek())) return plain_time(at.rest(), now);
  }
  const auto month = month_name(at);
  if (!month || !at.take(" ")) return std::nullopt;
  at.skip_spaces();
  const auto day = at.number(at.digits() == 1 ? 1 : 2);
  if (!day) return std::nullopt;
  at.take(",");
  if (!at.take(" ")) return std::nullopt;
  if (at.digits() == 4 && at.peek(4) == ' ') {
    const auto date = date_of(*at.number(4), *month, *day);
    at.skip(1);
    return at_time(date, at);
  }
  Cursor behind = at;
  if (!time_of_day(behind)) return std::nullopt;
  // The year is last: "03:04:05 2025", "03:04:05 UTC 2025".
  Cursor year = behind;
  if (year.take(" ")) {
    const std::size_t word = letters_end(year.rest(), 0);
    if (word > 0 && word <= 5 && year.peek(word) == ' ') year.skip(word + 1);
    if (year.digits() == 4) return at_time(date_of(*year.number(4), *month, *day), at);
  }
  return without_year(*month, *day, at, now);
}

// E0102 03:04:05.000000, I20250102 03:04:05.000000: klog and glog.
std::optional<WallTime> klog_time(Cursor at, WallTime now) {
  if (std::string_view("IWEFD").find(at.peek()) == std::string_view::npos) return std::nullopt;
  at.skip(1);
  if (at.digits() == 8) return numeric_date(at);
  if (at.digits() != 4) return std::nullopt;
  const int month = *at.number(2);
  const int day = *at.number(2);
  if (!at.take(" ")) return std::nullopt;
  return without_year(month, day, at, now);
}

std::optional<WallTime> plain_time(std::string_view text, WallTime now) {
  const Cursor at(text);
  if (!digit(at.peek())) {
    if (digit(at.peek(1))) return klog_time(at, now);
    return named_month(at, now);
  }
  const std::size_t digits = at.digits();
  if (digits == 6) return short_date(at);
  if (digits == 3) return day_of_year(at, now);
  if (const auto time = numeric_date(at)) return time;
  if (digits <= 2) {
    if (const auto time = day_first(at)) return time;
    if (const auto time = month_and_day(at, now)) return time;
  }
  return unix_time(at);
}

// [02/Jan/2025:03:04:05 +0100]
std::optional<WallTime> access_time(std::string_view line) {
  const std::size_t open = line.substr(0, 200).find('[');
  if (open == std::string_view::npos) return std::nullopt;
  const Cursor at(line.substr(open + 1));
  return at.digits() == 2 && at.peek(2) == '/' ? day_first(at) : std::nullopt;
}

// Keys of JSON and logfmt under which programs write the time, in lower case.
constexpr std::array<std::string_view, 22> kKeys{"time",
                                                 "timestamp",
                                                 "@timestamp",
                                                 "ts",
                                                 "t",
                                                 "@t",
                                                 "asctime",
                                                 "datetime",
                                                 "date",
                                                 "date_time",
                                                 "eventtime",
                                                 "event_time",
                                                 "log_time",
                                                 "time_local",
                                                 "time_iso8601",
                                                 "timemillis",
                                                 "created",
                                                 "timeunixnano",
                                                 "start_time",
                                                 "@time",
                                                 "__realtime_timestamp",
                                                 "_source_realtime_timestamp"};

bool is_time_key(std::string_view key) {
  return std::ranges::any_of(kKeys, [&](std::string_view each) { return same_letters(key, each); });
}

std::size_t string_end(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return std::min(i, text.size());
}

// The first key of the object whose value is a time; "$date" and "epochSecond" also in an object in it.
std::optional<WallTime> json_time(std::string_view text, WallTime now) {
  constexpr std::size_t kMaxSearched = 4096;
  text = text.substr(0, kMaxSearched);
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}') --depth;
    if (text[i] != '"') continue;
    const std::size_t end = string_end(text, i + 1);
    const std::string_view key = text.substr(i + 1, end - i - 1);
    i = end;
    std::size_t value = skip_spaces(text, end + 1);
    if (at(text, value) != ':') continue;
    value = skip_spaces(text, value + 1);
    if (at(text, value) == '"') ++value;
    const bool inner = depth == 2 && (key == "$date" || key == "epochSecond");
    if (!inner && (depth != 1 || !is_time_key(key))) continue;
    if (value >= text.size()) break;
    if (const auto time = plain_time(text.substr(value), now)) return time;
  }
  return std::nullopt;
}

// time="2025-01-02T03:04:05Z", anywhere near the beginning of the line.
std::optional<WallTime> logfmt_time(std::string_view line, WallTime now) {
  constexpr std::size_t kMaxSearched = 400;
  const std::string_view text = line.substr(0, kMaxSearched);
  for (std::size_t equals = text.find('='); equals != std::string_view::npos;
       equals = text.find('=', equals + 1)) {
    std::size_t start = equals;
    while (start > 0 && is(text[start - 1], bytes::kName)) --start;
    if (start == equals || (start > 0 && !is_space(text[start - 1]))) continue;
    if (!is_time_key(text.substr(start, equals - start))) continue;
    std::size_t value = equals + 1;
    if (at(text, value) == '"') ++value;
    if (const auto time = plain_time(line.substr(std::min(value, line.size())), now)) return time;
  }
  return std::nullopt;
}

// A time at the start, or behind a few other fields.
std::optional<WallTime> leading_time(Cursor at, WallTime now) {
  constexpr int kFields = 6;
  for (int field = 0; field < kFields; ++field) {
    if (digit(at.peek()) || (at.peek() >= 'A' && at.peek() <= 'Z')) {
      if (const auto time = plain_time(at.rest(), now)) return time;
    }
    // "ERROR[01-02|03:04:05.678]" of geth; "0|api  | 2025-01-02T…" of pm2
    const std::string_view rest = at.rest().substr(0, 80);
    std::size_t space = 0;
    std::size_t open = 0;
    for (; space < rest.size() && !is_space(rest[space]); ++space)
      if (rest[space] == '[') open = space;
    if (open > 0 && digit(at.peek(open + 1))) {
      if (const auto time = plain_time(at.rest().substr(open + 1), now)) return time;
    }
    if (space == rest.size()) break;
    at.skip(space + 1);
    while (at.take(" \t[(\"|")) {
    }
    if (at.peek() == '{') return json_time(at.rest(), now);
  }
  return std::nullopt;
}

}  // namespace

std::optional<WallTime> line_time(std::string_view line, WallTime now) {
  Cursor at(line);
  while (at.take(" \t[(\"\n")) {
  }
  std::optional<WallTime> time;
  if (at.peek() == '{') {
    time = json_time(at.rest(), now);
  } else {
    if (at.peek() == '<' && digit(at.peek(1))) {  // syslog's priority, and the version of RFC 5424
      const std::size_t end = at.rest().substr(0, 5).find('>');
      if (end != std::string_view::npos) at.skip(end + 1);
      if (at.peek() == '1' && at.peek(1) == ' ') at.skip(2);
    }
    time = leading_time(at, now);
    if (!time) time = logfmt_time(line, now);
    if (!time) time = access_time(line);
  }
  return time == kUnknown ? std::nullopt : time;
}

}  // namespace log_analysis
