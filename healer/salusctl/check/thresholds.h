// That who is warned is warned before it is critical.
#pragma once

#include <vector>

#include "base/subsystems.h"
#include "healer/salusctl/check/finding.h"
#include "healer/salusctl/check/rulebook.h"

namespace healer::salusctl::check {

// Holds against each other, as far as it can be told without asking Prometheus:
//  - recorded limits whose names differ in one word alone: degraded, warning or high against critical. One
//    that depends on what subsystems.yml says of a subsystem is worked out for each of them;
//  - two alerts of different gravity (by status, else by severity) that compare the same thing in the same
//    direction with a number, or with a recorded one.
void check_thresholds(const Rulebook& book, const base::Inventory& inventory, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
