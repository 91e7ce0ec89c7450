// Audits the health of all there is (healer/audit/audit.h) and writes a report of it:
//
//   folder: /var/lib/salus/reports   # absolute, made where it is not there; health_check_<time>.md, mode 640
//   commands: []                     # further checks, as in `validation: smoke`
//
// What is found is no failure of this task: it is told as salus_health_audit_check_success, and the rule
// HealthAuditFailed calls a person. A report that cannot be written is one.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_health_audit(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
