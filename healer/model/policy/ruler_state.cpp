#include "healer/model/policy/ruler_state.h"

#include <utility>

namespace healer::policy {

RulerState::RulerState(std::vector<LoadedRule> rules) : rules_(std::move(rules)) {
  for (std::size_t i = 0; i < rules_.size(); ++i) by_name_.emplace(rules_[i].name, i);
}

std::vector<const LoadedRule*> RulerState::named(std::string_view alertname) const {
  std::vector<const LoadedRule*> found;
  const auto [first, last] = by_name_.equal_range(alertname);
  for (auto at = first; at != last; ++at) found.push_back(&rules_[at->second]);
  return found;
}

}  // namespace healer::policy
