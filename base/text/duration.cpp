#include "base/text/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "base/text/utf8.h"

namespace base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
  bool only_whole;  // printed only without a remainder: 8d is not "1w1d"
};

constexpr std::array<Unit, 7> kUnits{{
    {"y", 365LL * 24 * 3600 * 1000, true},
    {"w", 7LL * 24 * 3600 * 1000, true},
    {"d", 24LL * 3600 * 1000, false},
    {"h", 3600LL * 1000, false},
    {"m", 60LL * 1000, false},
    {"s", 1000LL, false},
    {"ms", 1LL, false},
}};

constexpr std::int64_t kNanosPerMilli = 1'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  std::string_view rest = text;
  std::int64_t nanos = 0;
  std::size_t next_unit = 0;  // units come largest first, each once
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (!is_digit(rest.front())) return fail("\"{}\" is not a duration", excerpt(text));
    if (error == std::errc::result_out_of_range) return fail("\"{}\" is too long a duration", excerpt(text));
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    std::size_t letters = 0;
    while (letters < rest.size() && !is_digit(rest[letters])) ++letters;
    const std::string_view name = rest.substr(0, letters);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return fail("\"{}\" is not a duration", excerpt(text));
    std::int64_t part = 0;
    if (__builtin_mul_overflow(count, kUnits[next_unit].milliseconds * kNanosPerMilli, &part) ||
        __builtin_add_overflow(nanos, part, &nanos)) {
      return fail("\"{}\" is too long a duration", excerpt(text));
    }
    rest.remove_prefix(letters);
    ++next_unit;
  }
  if (text.empty()) return fail("\"\" is not a duration");
  return Duration(nanos);
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count() / kNanosPerMilli;
  if (left == 0) return "0s";
  std::string text = left < 0 ? "-" : "";
  if (left < 0) left = -left;
  for (const Unit& unit : kUnits) {
    if (left < unit.milliseconds || (unit.only_whole && left % unit.milliseconds != 0)) continue;
    text += fmt::format("{}{}", left / unit.milliseconds, unit.name);
    left %= unit.milliseconds;
  }
  return text;
}

}  // namespace base
