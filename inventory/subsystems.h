// subsystems.yml, which both programs read: the subsystems and containers to keep healthy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"

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

struct Inventory {
  std::vector<Subsystem> subsystems;
  // containers: [quantum_redis]   # expected and healable, but no subsystem's own
  std::vector<std::string> other_containers;

  const Subsystem* find(std::string_view name) const;
  // Whether the name is a declared container. Actions only apply to declared containers.
  bool has_container(std::string_view name) const;
  // Every declared container, once, in file order.
  std::vector<std::string> containers() const;
};

// Notes as problems: duplicate names, unknown or cyclic depends_on, names that are not [a-z][a-z0-9_]*,
// container names Docker would not accept ([a-zA-Z0-9][a-zA-Z0-9_.-]*).
Inventory read_inventory(const yaml::Node& root);

}  // namespace base
