// The part `policy` of healer.yml.
#pragma once

#include <filesystem>

#include "base/yaml.h"
#include "healer/config.h"

namespace healer::policy {

PolicyConfig read_policy(const base::yaml::Node& node);
// Takes relative paths from `folder`.
void take_from(const std::filesystem::path& folder, PolicyConfig& config);

}  // namespace healer::policy
