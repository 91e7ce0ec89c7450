// Checks that Prometheus loads the rules, sends alerts, and scrapes the jobs that the rules name. Format:
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/
#pragma once

#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/configured.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// Reads `file` and expands its globs. Errors are added to `problems`.
void check_scraping(const std::string& file, const Rulebook& book, const Configured& configured,
                    base::yaml::Problems& problems, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
