#include "base/http/date.h"

#include <algorithm>
#include <array>

namespace base::http {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

// Parses a text from its front. After the first failure every call fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return ok_ && rest_.empty(); }

  void skip(std::string_view literal) {
    ok_ = ok_ && rest_.starts_with(literal);
    if (ok_) rest_.remove_prefix(literal.size());
  }
  // The index of the name at the current position.
  template <std::size_t Size>
  unsigned one_of(const std::array<std::string_view, Size>& names) {
    const auto found =
        std::ranges::find_if(names, [&](std::string_view name) { return rest_.starts_with(name); });
    ok_ = ok_ && found != names.end();
    if (!ok_) return 0;
    rest_.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin());
  }
  // Exactly `digits` digits; with `padded` the first may be a space.
  int digits(std::size_t count, bool padded = false) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = i < rest_.size() ? rest_[i] : '\0';
      if (padded && i == 0 && c == ' ') continue;
      ok_ = ok_ && c >= '0' && c <= '9';
      if (!ok_) return 0;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Parts {
  int year = 0;
  unsigned month = 0;  // from 0
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

void read_time(Reader& reader, Parts& parts) {
  parts.hour = reader.digits(2);
  reader.skip(":");
  parts.minute = reader.digits(2);
  reader.skip(":");
  parts.second = reader.digits(2);
}

std::optional<WallTime> time_of(const Parts& parts) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year), std::chrono::month(parts.month + 1),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  // 60 is a leap second.
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  // The range of WallTime.
  if (parts.year < 1678 || parts.year > 2261) return std::nullopt;
  return WallTime(std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
                  std::chrono::minutes(parts.minute) + std::chrono::seconds(parts.second));
}

int year_of(WallTime time) {
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text, WallTime now) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  Parts parts;
  Reader reader(text);
  const auto comma = text.find(',');
  const auto read_day_and_month = [&](std::string_view separator) {
    reader.skip(", ");
    parts.day = reader.digits(2);
    reader.skip(separator);
    parts.month = reader.one_of(kMonths);
    reader.skip(separator);
  };
  if (comma == 3) {
    reader.one_of(kDays);
    read_day_and_month(" ");
    parts.year = reader.digits(4);
    reader.skip(" ");
    read_time(reader, parts);
    reader.skip(" GMT");
  } else if (comma != std::string_view::npos) {
    reader.one_of(kLongDays);
    read_day_and_month("-");
    const int now_year = year_of(now);
    parts.year = now_year - now_year % 100 + reader.digits(2);
    if (parts.year > now_year + 50) parts.year -= 100;
    if (parts.year <= now_year - 50) parts.year += 100;
    reader.skip(" ");
    read_time(reader, parts);
    reader.skip(" GMT");
  } else {
    reader.one_of(kDays);
    reader.skip(" ");
    parts.month = reader.one_of(kMonths);
    reader.skip(" ");
    parts.day = reader.digits(2, true);
    reader.skip(" ");
    read_time(reader, parts);
    reader.skip(" ");
    parts.year = reader.digits(4);
  }
  return reader.done() ? time_of(parts) : std::nullopt;
}

}  // namespace base::http
