// The playbooks of healer.yml and those of the files that its `playbook_files` names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/yaml.h"

namespace healer {

struct PlaybookNode {
  std::string file;  // that it stands in
  base::yaml::Node node;
};

// Every playbook, not looked into yet: first those of `root`, read from `file`, then those of each file in
// the order in which `playbook_files` names it, of a pattern (glob(7)) by name; a file that is named twice
// counts once. Relative paths are taken from `folder`. As with Prometheus's rule_files a pattern may match
// nothing, but a plain name must be there. What is wrong is noted. Blocks on the file system.
std::vector<PlaybookNode> playbook_nodes(const base::yaml::Node& root, const std::string& file,
                                         const std::filesystem::path& folder, base::yaml::Problems& problems);

}  // namespace healer
