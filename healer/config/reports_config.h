// `reports:` of healer.yml.
#pragma once

#include <map>
#include <string>

#include "base/yaml/yaml.h"

namespace healer::reports {

struct ReportsConfig {
  std::string folder;                        // where reports are written; empty: no reports
  double objective = 0.999;                  // share of the time that a service should be up
  std::map<std::string, double> objectives;  // by service name
  std::string external_url;                  // the healer's URL for links in notices; empty: no links
  std::string runbook_url =
      "https://github.com/salus-project/salus/blob/main/docs/runbooks/";  // + <AlertName>.md

  double objective_of(const std::string& service) const;
};

ReportsConfig read_reports(const base::yaml::Node& node);

}  // namespace healer::reports
