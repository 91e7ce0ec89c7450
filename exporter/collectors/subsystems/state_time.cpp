#include "exporter/collectors/subsystems/state_time.h"

#include <date/tz.h>

#include <array>
#include <cmath>
#include <exception>

#include "exporter/collectors/text.h"

namespace exporter::collectors {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using LocalTime = std::chrono::local_time<nanoseconds>;

// Parses text from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool skip(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == any_of.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const auto number = to_number(rest_.substr(0, count));
    if (!number) return std::nullopt;
    rest_.remove_prefix(count);
    return static_cast<int>(*number);
  }
  // Digits after a decimal point, as nanoseconds; further digits are dropped.
  std::optional<nanoseconds> fraction() {
    std::int64_t value = 0;
    std::int64_t scale = 1'000'000'000;
    if (peek() < '0' || peek() > '9') return std::nullopt;
    while (peek() >= '0' && peek() <= '9') {
      scale /= 10;
      value += (peek() - '0') * scale;
      rest_.remove_prefix(1);
    }
    return nanoseconds(value);
  }

 private:
  std::string_view rest_;
};

std::optional<LocalTime> parse_local(Cursor& cursor) {
  const auto year = cursor.digits(4);
  if (!year || !cursor.skip("-")) return std::nullopt;
  const auto month = cursor.digits(2);
  if (!month || !cursor.skip("-")) return std::nullopt;
  const auto day = cursor.digits(2);
  if (!day || !cursor.skip("Tt ")) return std::nullopt;
  const auto hour = cursor.digits(2);
  if (!hour || !cursor.skip(":")) return std::nullopt;
  const auto minute = cursor.digits(2);
  if (!minute) return std::nullopt;
  int second = 0;
  nanoseconds fraction{0};
  if (cursor.skip(":")) {
    const auto given = cursor.digits(2);
    if (!given) return std::nullopt;
    second = *given;
    if (cursor.skip(".,")) {
      const auto finer = cursor.fraction();
      if (!finer) return std::nullopt;
      fraction = *finer;
    }
  }
  const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  // 64-bit nanoseconds cover 1677 to 2262. A leap second is the first second of the next minute.
  if (!ymd.ok() || *year < 1678 || *year > 2261 || *hour > 23 || *minute > 59 || second > 60) {
    return std::nullopt;
  }
  return LocalTime(std::chrono::local_days(ymd)) + hours(*hour) + minutes(*minute) + seconds(second) +
         fraction;
}

// +01, +0100, +01:00.
std::optional<seconds> parse_offset(Cursor& cursor) {
  const bool west = cursor.peek() == '-';
  if (!cursor.skip("+-")) return std::nullopt;
  const auto hour = cursor.digits(2);
  if (!hour || *hour > 23) return std::nullopt;
  std::optional<int> minute = 0;
  if (cursor.skip(":") || !cursor.done()) minute = cursor.digits(2);
  if (!minute || *minute > 59 || !cursor.done()) return std::nullopt;
  const seconds offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

}  // namespace

base::Result<Timezone> Timezone::find(const std::string& name) {
  Timezone timezone;
  if (name == "UTC" || name == "Z") return timezone;
  Cursor cursor(name);
  if (const auto offset = parse_offset(cursor)) {
    timezone.offset_ = *offset;
    return timezone;
  }
  try {
    timezone.zone_ = date::locate_zone(name);
  } catch (const std::exception&) {  // the library throws for an unknown zone
    return base::fail(
        "\"{}\" is not a time zone; expected UTC, an offset such as +02:00, or a name such as Europe/Berlin",
        name);
  }
  return timezone;
}

base::WallTime Timezone::to_utc(LocalTime local, base::WallTime hint) const {
  if (zone_ == nullptr) return base::WallTime(local.time_since_epoch() - offset_);
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const date::local_time<nanoseconds> there(local.time_since_epoch());
  const date::local_info info = zone->get_info(there);
  if (info.result == date::local_info::nonexistent) {
    return base::WallTime(info.second.begin.time_since_epoch());
  }
  const base::WallTime first(local.time_since_epoch() - info.first.offset);
  if (info.result == date::local_info::unique) return first;
  const base::WallTime second(local.time_since_epoch() - info.second.offset);
  return std::chrono::abs(hint - second) < std::chrono::abs(hint - first) ? second : first;
}

std::optional<base::WallTime> from_epoch(double value) {
  // Each unit's numbers from 1973 to 5138 are below 10¹¹ units of the next larger one.
  const double size = std::abs(value);
  const double per_second = size < 1e11 ? 1 : size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9;
  const double in_seconds = value / per_second;
  // The range of 64-bit nanoseconds.
  if (!std::isfinite(value) || std::abs(in_seconds) > 9.2e9) return std::nullopt;
  return base::from_unix_seconds(in_seconds);
}

std::optional<base::WallTime> parse_state_time(std::string_view text, const Timezone& naive,
                                               base::WallTime hint) {
  if (const auto number = to_double(text)) return from_epoch(*number);
  Cursor cursor(text);
  const auto local = parse_local(cursor);
  if (!local) return std::nullopt;
  if (cursor.done()) return naive.to_utc(*local, hint);
  if (cursor.skip("Zz")) {
    return cursor.done() ? std::optional(base::WallTime(local->time_since_epoch())) : std::nullopt;
  }
  const auto offset = parse_offset(cursor);
  if (!offset) return std::nullopt;
  return base::WallTime(local->time_since_epoch() - *offset);
}

}  // namespace exporter::collectors
