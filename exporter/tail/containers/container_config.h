// Which containers' logs are followed, and special rules for the lines of some: `logs.containers`.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/tail/engine.h"
#include "log_analysis/level_rules.h"

namespace exporter::tail {

struct ContainerLogs {
  std::vector<std::string> include{"*"};  // names; * matches any text, ? one character
  std::vector<std::string> exclude;
  std::map<std::string, std::shared_ptr<const log_analysis::LevelRules>, std::less<>>
      rules;  // by container name

  // Sources that stay when their container is absent: those that subsystems.yml declares, or that are named
  // here.
  std::set<std::string, std::less<>> expected{};

  bool includes(std::string_view name) const;
  bool expects(std::string_view name) const { return expected.contains(name) && includes(name); }
};

// The node `logs.containers`:
//
//   containers:
//     include: all                       # or names: [quantum_*, redis]
//     exclude: [quantum_debug]
//     sources:
//       quantum_trading_bot: {level_patterns: […], start_pattern: '…'}
ContainerLogs read_container_logs(const base::yaml::Node& node);

// The plan for all containers; none when the node is absent. `declared`: the containers of subsystems.yml.
std::vector<SourcePlan> read_container_source(const base::yaml::Node& node, const std::string& docker_host,
                                              const std::vector<std::string>& declared);

}  // namespace exporter::tail
