// The checks of a task that failed, such as those of a validation or of a health audit.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "healer/model/model.h"

namespace healer {

// Their names, sorted. A check that may fail, in a phase that passed, is not one of them. A phase that failed
// without a failed check is named itself.
std::vector<std::string> failed_checks(std::span<const Finding> findings);

}  // namespace healer
