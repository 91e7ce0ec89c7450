// Checks that warnings fire before critical alerts.
#pragma once

#include <vector>

#include "inventory/subsystems.h"
#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// Compares, as far as possible without querying Prometheus:
//  - recorded limits whose names differ in one word only: degraded, warning or high against critical. A limit
//    that depends on what subsystems.yml declares about a subsystem is evaluated for each subsystem;
//  - two alerts, one milder than the other (by status, else by severity), that compare the same expression
//    in the same direction with a number, or with a recorded one.
void check_thresholds(const Rulebook& book, const base::Inventory& inventory, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
