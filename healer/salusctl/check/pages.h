// Runbooks and dashboards: that there is one for what points to it, and that it is found.
#pragma once

#include <string>
#include <vector>

#include "healer/salusctl/check/dashboards.h"
#include "healer/salusctl/check/finding.h"
#include "healer/salusctl/check/rulebook.h"
#include "healer/salusctl/check/series.h"

namespace healer::salusctl::check {

// Runbooks are <folder>/<AlertName>.md; a runbook_url that has no docs/runbooks/ in it is somebody else's.
void check_runbooks(const Rulebook& book, const std::string& folder, std::vector<Finding>& findings);

void check_dashboards(const std::vector<Dashboard>& boards, const Series& series,
                      std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
