#include "exporter/tail/file_search.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "exporter/tail/rotation.h"

namespace exporter::tail {
namespace {

bool is_pattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

std::string folder_of(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(1, path.rfind('/')));
}
std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> expand(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

}  // namespace

FileSearch::FileSearch(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {
  for (const std::string& pattern : patterns_) {
    if (!is_pattern(pattern)) live_[pattern] = 0;
  }
}

std::vector<FoundFile> FileSearch::look() {
  for (const std::string& pattern : patterns_) {
    if (!is_pattern(pattern)) continue;
    for (std::string& path : expand(pattern)) {
      if (!is_compressed(path)) live_[std::move(path)] = 0;
    }
  }
  std::map<std::string, std::vector<std::string>> live_names;  // by folder
  for (const auto& [path, missing] : live_) live_names[folder_of(path)].push_back(name_of(path));

  std::map<std::pair<std::uint64_t, std::uint64_t>, FoundFile> found;
  std::set<std::string> there;
  const auto add = [&](std::string path, bool live) {
    const auto status = status_of(path);
    if (!status) return;
    there.insert(path);
    FoundFile& file = found[{status->device, status->inode}];
    if (file.path.empty() || (live && !file.live)) file = {std::move(path), *status, live};
  };
  for (const auto& [folder, names] : live_names) {
    const std::string prefix = folder == "/" ? folder : folder + "/";
    const auto is_rotated = [&](const std::string& name) {
      const auto live =
          std::ranges::find_if(names, [&](const std::string& each) { return is_rotated_from(name, each); });
      if (live != names.end()) there.insert(prefix + *live);
      return live != names.end();
    };
    // A pattern such as *.log* matches the rotated ones too.
    for (const std::string& name : names) add(prefix + name, !is_rotated(name));
    std::error_code unreadable;
    for (std::filesystem::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
         entry.increment(unreadable)) {
      const std::string name = entry->path().filename().string();
      if (is_rotated(name)) add(prefix + name, false);
    }
  }
  count_missing(there);
  std::vector<FoundFile> files;
  for (auto& [inode, file] : found) files.push_back(std::move(file));
  return files;
}

void FileSearch::count_missing(const std::set<std::string>& there) {
  for (auto& [path, missing] : live_) {
    const bool named = std::ranges::find(patterns_, path) != patterns_.end();
    missing = named || there.contains(path) ? 0 : missing + 1;
  }
  std::erase_if(live_, [](const auto& entry) { return entry.second >= kForgetAfter; });
}

std::set<std::string> FileSearch::folders() const {
  std::set<std::string> folders;
  for (const auto& [path, missing] : live_) folders.insert(folder_of(path));
  for (const std::string& pattern : patterns_) {
    if (!is_pattern(folder_of(pattern))) folders.insert(folder_of(pattern));
  }
  return folders;
}

}  // namespace exporter::tail
