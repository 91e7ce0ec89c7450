// The Prometheus queries of Grafana dashboards. Format:
// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
#pragma once

#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// A query to a data source: of a panel, an annotation or a variable.
struct DashboardQuery {
  Query query;
  std::string label;       // of label_values(…, label): also a label of the series
  std::string datasource;  // its uid; empty: none is set
  int datasource_line = 1;
};

struct Dashboard {
  std::string file;
  std::string uid;
  int uid_line = 1;
  std::vector<DashboardQuery> queries;  // those of a data source that is not Prometheus are left out
};

// *.json in the folder. A file that is not JSON is added to `problems` and skipped.
std::vector<Dashboard> read_dashboards(const std::string& folder, base::yaml::Problems& problems);

}  // namespace healer::salusctl::check
