#include "healer/reports/render/units.h"

#include <array>
#include <cmath>

namespace healer::reports {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string two(long long large, std::string_view large_unit, long long small, std::string_view small_unit) {
  return small == 0 ? fmt::format("{} {}", large, large_unit)
                    : fmt::format("{} {} {} {}", large, large_unit, small, small_unit);
}

// At most `digits` decimals, without trailing zeros.
std::string trimmed(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') == std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

}  // namespace

std::string_view word(Condition condition) {
  switch (condition) {
    case Condition::kUp:
      return "up";
    case Condition::kDown:
      return "down";
    case Condition::kUnknown:
      break;
  }
  return kUnknownWord;
}

std::string spoken(base::Duration length) {
  if (length < base::Duration::zero()) return "-" + spoken(-length);
  const auto ms = duration_cast<milliseconds>(length).count();
  if (ms == 0) return "0 s";
  if (ms < 1000) return fmt::format("{} ms", ms);
  const auto s = std::chrono::round<std::chrono::seconds>(length).count();
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86400) return two(s / 3600, "h", s % 3600 / 60, "min");
  return two(s / 86400, "d", s % 86400 / 3600, "h");
}

std::string seconds(double length) {
  if (!std::isfinite(length)) return std::string(kUnknownWord);
  if (length < 1) return trimmed(length * 1000, length < 0.01 ? 1 : 0) + " ms";
  return trimmed(length, 2) + " s";
}

std::string percent(double ratio) {
  if (!std::isfinite(ratio)) return std::string(kUnknownWord);
  const double hundred = ratio * 100;
  // 100 % and 0 % are only used for exact values.
  for (int digits = 1; digits < 6; ++digits) {
    const std::string text = trimmed(hundred, digits);
    if ((text != "100" || ratio == 1) && (text != "0" || ratio == 0)) {
      return trimmed(hundred, ratio > 0.99 && ratio < 1 ? std::max(digits, 3) : digits) + " %";
    }
  }
  return ratio > 0.5 ? "almost 100 %" : "almost 0 %";
}

std::string bytes(double count) {
  if (!std::isfinite(count)) return std::string(kUnknownWord);
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  double value = count;
  while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", trimmed(value, unit == 0 ? 0 : 1), kUnits[unit]);
}

std::string compact(double value) {
  if (!std::isfinite(value)) return std::string(kUnknownWord);
  const double size = std::abs(value);
  if (size >= 1e9) return trimmed(value / 1e9, 1) + "G";
  if (size >= 1e6) return trimmed(value / 1e6, 1) + "M";
  if (size >= 1e4) return trimmed(value / 1e3, 1) + "k";
  if (size >= 100) return trimmed(value, 0);
  if (size >= 1) return trimmed(value, 1);
  return trimmed(value, 3);
}

std::string utc(base::WallTime time) {
  const std::string text = base::rfc3339(time);
  const bool whole = text.substr(17, 2) == "00";
  return text.substr(0, 10) + " " + text.substr(11, whole ? 5 : 8) + " UTC";
}

std::string utc_date(base::WallTime time) { return base::rfc3339(time).substr(0, 10); }

std::string count(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace healer::reports
