// Where the subsystems collector reads each subsystem's facts:
//
//   sources:
//     event_executor:
//       state_file:
//         path: /var/lib/quantum/event_executor/state.json
//         time: {pointer: /last_cycle, timezone: UTC}   # without it: the file's modification time
//         items: {symbols: /symbols}                    # array, object: its length; number: itself
//         calls: /calls                                 # counters that the program keeps
//         errors: /errors                               # how many of the calls failed
//     logging:
//       newest_file: /var/log/quantum/*.log
//     ai_model:
//       file_sets: {models: [/m/xgb.json, /m/lgbm.txt]}
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/collectors/subsystems/state_time.h"
#include "inventory/subsystems.h"

namespace exporter::collectors {

struct TimeInJson {
  std::string pointer;
  Timezone timezone;  // of times without one
};

struct StateFile {
  std::string path;
  std::optional<TimeInJson> time;
  std::vector<std::pair<std::string, std::string>> items{};  // name, pointer
  std::optional<std::string> calls{};                        // pointers
  std::optional<std::string> errors{};

  bool has_json() const { return time || !items.empty() || calls || errors; }
};

struct Sources {
  std::optional<StateFile> state_file;
  std::string newest_file;  // a glob; empty: none. Not together with state_file
  std::vector<std::pair<std::string, std::vector<std::string>>> file_sets;
};

using SourcesBySubsystem = std::map<std::string, Sources>;

// Reads an absolute path; any other one is reported as a problem.
std::string read_path(const base::yaml::Node& node);

// Reports as problems: subsystems that are not in subsystems.yml, paths that are not absolute, malformed
// pointers, unknown time zones, two sources of one subsystem's time, `errors` without `calls`.
SourcesBySubsystem read_sources(const base::yaml::Node& node, const base::Inventory& inventory);

}  // namespace exporter::collectors
