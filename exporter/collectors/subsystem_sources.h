// Where the subsystems collector reads each subsystem's facts:
//
//   sources:
//     event_executor:
//       state_file:
//         path: /var/lib/quantum/event_executor/state.json
//         time: {pointer: /last_cycle, timezone: UTC}   # without it: the file's modification time
//         items: {symbols: /symbols}                    # array, object: its length; number: itself
//     logging:
//       newest_file: /var/log/quantum/*.log
//     ai_model:
//       file_sets: {models: [/m/xgb.json, /m/lgbm.txt]}
//     database:
//       files: {quantum.db: /var/lib/quantum/database/quantum.db}
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/subsystems.h"
#include "base/yaml.h"
#include "exporter/collectors/state_time.h"

namespace exporter::collectors {

struct TimeInJson {
  std::string pointer;
  Timezone timezone;  // of times without one
};

struct StateFile {
  std::string path;
  std::optional<TimeInJson> time;
  std::vector<std::pair<std::string, std::string>> items;  // name, pointer

  bool has_json() const { return time || !items.empty(); }
};

struct Sources {
  std::optional<StateFile> state_file;
  std::string newest_file;  // a glob; empty: none. Not beside state_file
  std::vector<std::pair<std::string, std::vector<std::string>>> file_sets;
  std::vector<std::pair<std::string, std::string>> files;  // name, path
};

using SourcesBySubsystem = std::map<std::string, Sources>;

// Notes as problems: a subsystem that subsystems.yml does not name, paths that are not absolute, malformed
// pointers, unknown time zones, two homes of one subsystem's time.
SourcesBySubsystem read_sources(const base::yaml::Node& node, const base::Inventory& inventory);

}  // namespace exporter::collectors
