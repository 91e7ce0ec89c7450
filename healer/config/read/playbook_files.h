// The playbooks of healer.yml and those of the files that its `playbook_files` names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"

namespace healer {

struct PlaybookNode {
  std::string file;  // that contains it
  base::yaml::Node node;
};

// The nodes of all playbooks, not parsed yet: first those of `root`, read from `file`, then those of each
// file in the order of `playbook_files`, files of a pattern (glob(7)) by name. A file that is named twice
// counts once. Relative paths are taken from `folder`. As with Prometheus's rule_files a pattern may match
// nothing, but a plain name must exist. Problems are noted. Blocks on the file system.
std::vector<PlaybookNode> playbook_nodes(const base::yaml::Node& root, const std::string& file,
                                         const std::filesystem::path& folder, base::yaml::Problems& problems);

}  // namespace healer
