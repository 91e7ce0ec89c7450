// Selects the files of a folder by name:
//
//   include: ['*.log', '*.gz']   # glob(7) patterns without "/"; hidden files only if the dot is given
//   exclude: [audit.log]
#pragma once

#include <string>
#include <vector>

#include "base/yaml/yaml.h"

namespace healer::actions {

struct NameFilter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool matches(const std::string& name) const;
  std::string words() const;  // "*.log, *.gz but not audit.log"
};

// Reads `include`, else `otherwise` (required when that is empty), and `exclude` of an action's parameters.
NameFilter read_name_filter(const base::yaml::Node& parameters, std::vector<std::string> otherwise);

// Reads `folder`, which is required, absolute and not "/".
std::string read_folder(const base::yaml::Node& parameters);

}  // namespace healer::actions
