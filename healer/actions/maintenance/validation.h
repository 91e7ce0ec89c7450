// Validates the stack as `validation:` in healer.yml says
// (healer/actions/maintenance/validation/validation.h). It takes no parameters. A failed check is not a
// failure of this task: it is exported as salus_validation_check_success and salus_validation_phase_success,
// and rules decide what follows.
#pragma once

#include "healer/actions/action.h"

namespace healer::validation {
struct Validation;
}

namespace healer::actions {

// What a validation exports as metrics: its phases, and the checks of all but `system`, which is information
// only.
Findings findings_of(const validation::Validation& validation);

std::unique_ptr<Action> make_validation(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
