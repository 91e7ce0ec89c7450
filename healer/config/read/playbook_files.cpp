#include "healer/config/read/playbook_files.h"

#include <fmt/format.h>
#include <glob.h>

#include <cerrno>
#include <set>

namespace healer {
namespace {

using base::yaml::Node;

void take(const Node& root, const std::string& file, std::vector<PlaybookNode>& playbooks) {
  const Node list = root.optional("playbooks");
  if (!list.present()) return;
  for (const Node& node : list.items()) playbooks.push_back({file, node});
}

// A folder without read permission is not the same as a missing one.
int abort_unless_absent(const char* /*path*/, int error) { return error == ENOENT ? 0 : 1; }

std::vector<std::string> expand(const Node& node, const std::string& pattern) {
  std::vector<std::string> files;
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, abort_unless_absent, &found);
  if (result == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result != 0 && result != GLOB_NOMATCH) {
    node.problem(fmt::format("\"{}\": its folder cannot be read", pattern));
  }
  return files;
}

std::vector<std::string> files_of(const Node& node, const std::filesystem::path& folder) {
  const std::string name = node.non_empty_string();
  if (name.empty()) return {};
  const std::filesystem::path path = (folder / name).lexically_normal();
  if (name.find_first_of("*?[") != std::string::npos) return expand(node, path.string());
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown) || unknown) return {path.string()};
  node.problem(fmt::format("\"{}\": there is no such file", name));
  return {};
}

}  // namespace

std::vector<PlaybookNode> playbook_nodes(const Node& root, const std::string& file,
                                         const std::filesystem::path& folder,
                                         base::yaml::Problems& problems) {
  std::vector<PlaybookNode> playbooks;
  take(root, file, playbooks);
  const Node names = root.optional("playbook_files");
  if (!names.present()) return playbooks;
  std::set<std::string> read;
  for (const Node& name : names.items()) {
    for (const std::string& each : files_of(name, folder)) {
      if (!read.insert(each).second) continue;
      const Node document = base::yaml::load(each, problems);
      if (!document.present()) continue;
      document.only({"playbooks"});
      if (document.is_map()) take(document, each, playbooks);
    }
  }
  return playbooks;
}

}  // namespace healer
