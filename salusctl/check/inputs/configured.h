// What subsystems.yml, exporter.yml and healer.yml declare, as far as rules and dashboards may name it.
// The programs themselves check whether the files are valid (--config.check).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "inventory/subsystems.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

struct DeclaredPlaybook {
  std::string name;
  std::string file;
  int line = 1;
  std::vector<Text> accepts;  // the alert's name is the value
  Query healthy;              // verify.healthy; its expression is empty if there is none
};

// The values that a label may have.
struct LabelValues {
  std::set<std::string, std::less<>> known;
  std::string where;  // what declares them
  bool open = false;  // other values are possible: only a likely misspelling of a known one is an error
};

struct Configured {
  base::Inventory inventory;
  std::vector<DeclaredPlaybook> playbooks;
  std::map<std::string, LabelValues, std::less<>> values;  // by label; one that is not here may be anything
  std::string healer_file;
  std::string exporter_job = "salus-exporter";
  int exporter_job_line = 1;
  std::string token_file;
  std::set<std::string> receivers;  // alertmanager_receivers; empty: the default
  const DeclaredPlaybook* playbook(std::string_view name) const;
};

// Reads the files that exist.
Configured read_configured(const std::string& subsystems_file, const std::string& exporter_file,
                           const std::string& healer_file, base::yaml::Problems& problems);

}  // namespace healer::salusctl::check
