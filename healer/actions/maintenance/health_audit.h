// Runs the health audit (healer/actions/maintenance/audit.h) and writes its report:
//
//   folder: /var/lib/salus/reports   # absolute, created if missing; health_check_<time>.md, mode 640
//   commands: []                     # further checks, as in `validation: smoke`
//   recheck_within: 0s               # see below; 0s: a failed check is reported at once
//
// A failed check is not a failure of this task: it is exported as salus_health_audit_check_success, and the
// rule HealthAuditFailed notifies an operator. The task fails if the report cannot be written.
// A defect that a firing alert reports already is in the report, and is exported as a success.
//
// With `recheck_within`, a failed check is reported only if it has also failed in the run before, at most so
// long ago: the first such run fails, and the playbook's next attempt after `verify.within` is the second
// look.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_health_audit(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
