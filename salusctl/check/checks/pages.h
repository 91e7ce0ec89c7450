// Checks that links to runbooks and dashboards have a target.
#pragma once

#include <string>
#include <vector>

#include "salusctl/check/checks/series.h"
#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/dashboards.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// Runbooks are <folder>/<AlertName>.md; a runbook_url without docs/runbooks/ in it is not checked.
void check_runbooks(const Rulebook& book, const std::string& folder, std::vector<Finding>& findings);

void check_dashboards(const std::vector<Dashboard>& boards, const Series& series,
                      std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
