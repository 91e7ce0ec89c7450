// Rules and playbooks name each other: neither alone can start an action.
#pragma once

#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/configured.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

void check_playbooks(const Rulebook& book, const Configured& configured, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
