// Checks that Alertmanager delivers to the healer the alerts that it needs.
#pragma once

#include <string>
#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/configured.h"
#include "salusctl/check/inputs/route_tree.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// `healer_url`: URL of the healer.
void check_delivery(const AlertmanagerConfig& config, const Rulebook& book, const Configured& configured,
                    const std::string& healer_url, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
