#include "healer/state/priority.h"

#include <algorithm>
#include <array>
#include <limits>

namespace healer {

int gravity(std::string_view severity) {
  constexpr std::array<std::string_view, 3> kOrder{"critical", "warning", "info"};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), severity) - kOrder.begin());
}

int priority(const Incident& incident, const Config& config) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  if (playbook == nullptr) return std::numeric_limits<int>::max();
  if (playbook->priority) return *playbook->priority;
  return 10 * (1 + std::min(gravity(incident.severity), 2));
}

}  // namespace healer
