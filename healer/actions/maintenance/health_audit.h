// Runs the health audit (healer/actions/maintenance/audit.h) and writes its report:
//
//   folder: /var/lib/salus/reports   # absolute, created if missing; health_check_<time>.md, mode 640
//   commands: []                     # further checks, as in `validation: smoke`
//
// A failed check is not a failure of this task: it is exported as salus_health_audit_check_success, and the
// rule HealthAuditFailed notifies an operator. The task fails if the report cannot be written.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_health_audit(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
