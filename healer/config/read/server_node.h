// Reading addresses of servers in healer.yml.
#pragma once

#include <string>

#include "base/yaml/yaml.h"
#include "healer/config/config.h"

namespace healer {

// http://host[:port][/prefix] or https://…, without user, query or fragment. Otherwise a problem is noted and
// "" returned. A trailing slash is dropped.
std::string read_url(const base::yaml::Node& node);
// unix:///path or tcp://host:port; absent: the fallback.
std::string read_docker_host(const base::yaml::Node& node, const std::string& fallback);

TradingConfig read_trading(const base::yaml::Node& node);

}  // namespace healer
