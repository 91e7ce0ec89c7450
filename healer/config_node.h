// Reading the parts of healer.yml; setup.cpp puts them together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "healer/actions/action.h"
#include "healer/config.h"

namespace healer {

// http://host[:port][/prefix] or https://…, without user, query or fragment. Otherwise a problem is noted and
// "" returned. A trailing slash is dropped.
std::string read_url(const base::yaml::Node& node);
// unix:///path or tcp://host:port; absent: the fallback.
std::string read_docker_host(const base::yaml::Node& node, const std::string& fallback);

TradingConfig read_trading(const base::yaml::Node& node);

// `compiled` gets one action for each rung; nullptr for an unknown action.
Playbook read_playbook(const base::yaml::Node& node, const actions::World& world,
                       std::vector<std::unique_ptr<actions::Action>>& compiled);

}  // namespace healer
