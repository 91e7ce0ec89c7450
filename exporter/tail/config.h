// The node `logs` of exporter.yml:
//
//   logs:
//     interval: 5s                       # of checkpoints: what is counted is shown once it is durable
//     state: /var/lib/salus-exporter
//     files:
//       - source: bot
//         path: /var/log/quantum/bot.log # or glob: /var/log/quantum/*.log
//         start: end                     # or beginning: of the files there are when the source is new
//         start_pattern: '^\d{4}-'       # an event begins where it matches, and nowhere else
//         level_patterns:
//           - {pattern: 'circuit breaker open', level: critical}
//     containers: {…}
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/tail/engine.h"

namespace exporter::tail {

inline constexpr std::string_view kDefaultState = "/var/lib/salus-exporter";

// The sources of the list `files`; no I/O.
std::vector<SourcePlan> read_file_sources(const base::yaml::Node& files);

// The keys `level_patterns` and `start_pattern` of a source, compiled; null when it has none of them.
std::shared_ptr<const log_analysis::LevelRules> read_level_rules(const base::yaml::Node& source);

}  // namespace exporter::tail
