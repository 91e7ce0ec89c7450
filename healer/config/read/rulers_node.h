// healer.yml: which rulers are evidence, and how the heartbeat is recognised.
#pragma once

#include <vector>

#include "base/yaml/yaml.h"
#include "healer/config/config.h"

namespace healer::policy {

// The ruler of `config`'s prometheus_url, and then those of `node`.
std::vector<RulerConfig> read_rulers(const base::yaml::Node& node, const Config& config);
HeartbeatConfig read_heartbeat(const base::yaml::Node& node);

}  // namespace healer::policy
