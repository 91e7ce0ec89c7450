// subsystems.yml, which both programs read: what there is to keep healthy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace base {

// subsystems:
//   - name: event_executor
//     purpose: trading event loop
//     trading: critical            # how much trading depends on it: critical | partial | none
//     cadence: critical            # critical: checked every 5 s; normal: every 30 s
//     container: quantum_event_executor   # optional: what is restarted to heal it
//     depends_on: [ai_model]
struct Subsystem {
  std::string name;
  std::string purpose;
  std::string trading;
  std::string cadence;
  std::string container;  // may be empty
  std::vector<std::string> depends_on;
};

// Notes in `problems`: duplicate names, unknown or cyclic depends_on, names that are not [a-z][a-z0-9_]*,
// container names Docker would not accept ([a-zA-Z0-9][a-zA-Z0-9_.-]*).
std::vector<Subsystem> read_subsystems(const yaml::Node& root);
const Subsystem* find_subsystem(const std::vector<Subsystem>& all, std::string_view name);

}  // namespace base
