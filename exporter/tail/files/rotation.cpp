#include "exporter/tail/files/rotation.h"

#include <algorithm>
#include <array>
#include <string>

namespace exporter::tail {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool separator(char c) { return c == '.' || c == '-' || c == '_'; }

// A number, a date, a time: 1, 20251217, 2025-12-17_04-00-00, 2025-12-17T04:00:00Z.
bool is_count_or_date(std::string_view text) {
  return !text.empty() && digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return digit(c) || separator(c) || c == ':' || letter(c); });
}

// The name with each run of digits replaced by one '#'.
std::string without_numbers(std::string_view name) {
  std::string shape;
  for (const char c : name) {
    if (!digit(c)) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

}  // namespace

bool is_of_series(std::string_view name, std::string_view other) {
  if (name == other || is_compressed(name)) return false;
  const auto stem = other.substr(0, other.rfind('.'));
  const bool numbered = !stem.empty() && std::ranges::all_of(stem, digit);
  const bool dated = std::ranges::count_if(other, digit) >= 6;
  return (numbered || dated) && without_numbers(name) == without_numbers(other);
}

bool is_compressed(std::string_view name) {
  constexpr std::array<std::string_view, 6> kSuffixes{".gz", ".xz", ".zst", ".bz2", ".lz4", ".zip"};
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

bool is_rotated_from(std::string_view name, std::string_view live) {
  if (name.size() <= live.size() || is_compressed(name)) return false;
  if (name.starts_with(live) && separator(name[live.size()])) {
    const std::string_view rest = name.substr(live.size() + 1);
    return is_count_or_date(rest) || rest == "old" || rest == "bak" || rest == "prev";
  }
  const auto dot = live.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view stem = live.substr(0, dot);
  const std::string_view extension = live.substr(dot);
  if (!name.starts_with(stem) || !name.ends_with(extension) || !separator(name[dot])) return false;
  const std::string_view between = name.substr(dot + 1, name.size() - dot - 1 - extension.size());
  return is_count_or_date(between) &&
         std::ranges::none_of(between, [](char c) { return letter(c) && c != 'T' && c != 'Z'; });
}

}  // namespace exporter::tail
