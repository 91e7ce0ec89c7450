// Grafana dashboards, as far as they ask Prometheus. Format:
// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "healer/salusctl/check/rulebook.h"

namespace healer::salusctl::check {

// Something that asks a data source: a panel's query, an annotation, a variable.
struct DashboardQuery {
  Query query;
  std::string label;       // of label_values(…, label): a label of the series, too
  std::string datasource;  // its uid; empty: none is given
  int datasource_line = 1;
};

struct Dashboard {
  std::string file;
  std::string uid;
  int uid_line = 1;
  std::vector<DashboardQuery> queries;  // those of a data source that is not Prometheus are left out
};

// *.json in the folder. What is no JSON is noted and left out.
std::vector<Dashboard> read_dashboards(const std::string& folder, base::yaml::Problems& problems);

}  // namespace healer::salusctl::check
