// exporter.yml, read in full:
//
//   docker:
//     host: unix:///var/run/docker.sock
//   cadence: {critical: 5s, normal: 30s}
//   collectors:
//     containers: {interval: 5s, timeout: 3s}
//     host: {}
//     subsystems:
//       interval: 5s
//       sources: {…}
//
// Each collector reads its own node below `collectors`; one that is not named there does not run.
#pragma once

#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/collectors/table.h"
#include "inventory/subsystems.h"

namespace exporter {

struct Config {
  base::Inventory inventory;                 // subsystems.yml
  std::vector<CollectorFactory> collectors;  // in the table's order
};

// Reads both files. Problems are added to `problems`; the result is usable only when there are none.
Config read_config(const std::string& config_file, const std::string& subsystems_file,
                   base::yaml::Problems& problems);

}  // namespace exporter
