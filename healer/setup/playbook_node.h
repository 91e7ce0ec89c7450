// Reads a playbook of healer.yml and makes its actions; setup.cpp reads the file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "healer/actions/action.h"
#include "healer/config/config.h"

namespace healer {

// `compiled` gets one action for each rung; nullptr for an unknown action.
Playbook read_playbook(const base::yaml::Node& node, const actions::World& world,
                       std::vector<std::unique_ptr<actions::Action>>& compiled);

}  // namespace healer
