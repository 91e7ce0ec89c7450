#include "healer/engine/incident/task_checks.h"

#include <algorithm>

namespace healer {

std::vector<std::string> failed_checks(std::span<const Finding> findings) {
  const auto phase_passed = [&](const std::string& group) {
    return std::ranges::any_of(findings, [&](const Finding& each) {
      return !group.empty() && each.name.empty() && each.group == group && each.ok;
    });
  };
  std::vector<std::string> names;
  for (const Finding& each : findings) {
    if (each.ok || each.name.empty() || phase_passed(each.group)) continue;
    names.push_back(each.name);
  }
  for (const Finding& phase : findings) {
    const bool named = std::ranges::any_of(findings, [&](const Finding& each) {
      return !each.ok && !each.name.empty() && each.group == phase.group;
    });
    if (phase.name.empty() && !phase.ok && !named) names.push_back(phase.group);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace healer
