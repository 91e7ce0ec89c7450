// What is counted of decisions and healed incidents, for metrics.
#pragma once

#include <compare>
#include <string>

namespace healer {

struct DecisionLabels {
  std::string playbook, outcome, reason;  // outcome: act | refuse | dry_run; reason "" but for refuse
  auto operator<=>(const DecisionLabels&) const = default;
};

struct HealedIncident {
  std::string playbook;
  double seconds = 0;  // from the alert's startsAt to healed
};

}  // namespace healer
