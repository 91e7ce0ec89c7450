// The part `policy` of healer.yml.
#pragma once

#include <filesystem>

#include "base/yaml/yaml.h"
#include "healer/config/config.h"

namespace healer::policy {

PolicyConfig read_policy(const base::yaml::Node& node);
// Takes relative paths from `folder`.
void resolve_paths(const std::filesystem::path& folder, PolicyConfig& config);

}  // namespace healer::policy
