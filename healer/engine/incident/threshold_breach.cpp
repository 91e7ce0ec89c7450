#include "healer/engine/incident/threshold_breach.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <vector>

namespace healer {
namespace {

constexpr std::array<const char*, 4> kCounts{"critical_events", "errors", "warnings", "container_restarts"};

std::string annotation(const Alert& alert, const std::string& name) {
  const auto found = alert.annotations.find(name);
  return found == alert.annotations.end() ? "" : found->second;
}

std::optional<std::uint64_t> count_of(const std::string& text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::uint64_t leading_number(std::string_view breach) {
  std::uint64_t number = 0;
  std::from_chars(breach.data(), breach.data() + breach.size(), number);
  return number;
}

// Without its count: " errors (threshold: 50)".
std::string_view words_of(std::string_view breach) {
  return breach.substr(std::min(breach.find_first_not_of("0123456789"), breach.size()));
}

}  // namespace

std::optional<Notice::Pairs> breach_of(std::span<const Alert> alerts) {
  std::vector<std::string> reasons;
  // Two alerts of one source count the same hour: it is counted once, with the larger value.
  std::map<std::string, std::map<std::string, std::uint64_t>> by_source;
  for (const Alert& alert : alerts) {
    const std::string breach = annotation(alert, "breach");
    if (breach.empty()) continue;
    if (const auto found = std::ranges::find(reasons, words_of(breach), words_of); found == reasons.end()) {
      reasons.push_back(breach);
    } else if (leading_number(breach) > leading_number(*found)) {
      *found = breach;
    }
    auto& counts = by_source[std::string(alert.label("source"))];
    for (const char* name : kCounts) {
      if (const auto count = count_of(annotation(alert, name))) counts[name] = std::max(counts[name], *count);
    }
  }
  if (reasons.empty()) return std::nullopt;
  Notice::Pairs fields{{"reason", fmt::format("{}", fmt::join(reasons, "; "))}};
  for (const char* name : kCounts) {
    std::uint64_t sum = 0;
    bool counted = false;
    for (const auto& [source, counts] : by_source) {
      const auto found = counts.find(name);
      if (found == counts.end()) continue;
      sum += found->second;
      counted = true;
    }
    if (counted) fields.emplace_back(name, std::to_string(sum));
  }
  return fields;
}

}  // namespace healer
