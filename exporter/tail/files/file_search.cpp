#include "exporter/tail/files/file_search.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "exporter/tail/files/rotation.h"

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

std::string prefix_of(const std::string& folder) { return folder == "/" ? folder : folder + "/"; }

template <class Take>
void for_each_name(const std::string& folder, Take take) {
  std::error_code unreadable;
  for (std::filesystem::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    take(entry->path().filename().string());
  }
}

// Of a regular file itself: not of what a link leads to.
std::optional<std::uint64_t> owner_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status.st_uid;
}

// The live names of one folder, thousands perhaps.
class LiveNames {
 public:
  void add(std::string name) { names_.insert(std::move(name)); }
  const std::set<std::string, std::less<>>& all() const { return names_; }

  // The live name that rotation made `name` of. Only those are compared that is_rotated_from() may accept: a
  // beginning of `name` that ends before a separator, alone or with the extension of `name`.
  std::optional<std::string> rotated_from(const std::string& name) const {
    const auto dot = name.rfind('.');
    const std::string extension = dot == name.npos ? "" : name.substr(dot);
    for (auto at = name.find_first_of(".-_"); at != name.npos; at = name.find_first_of(".-_", at + 1)) {
      const std::string stem = name.substr(0, at);
      for (const std::string& live : {stem, stem + extension}) {
        if (names_.contains(live) && is_rotated_from(name, live)) return live;
      }
    }
    return std::nullopt;
  }

 private:
  std::set<std::string, std::less<>> names_;
};

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
  std::map<std::string, LiveNames> live_names;            // by folder
  std::map<std::string, std::vector<Target>> links_into;  // by folder
  target_folders_.clear();
  for (const auto& [path, missing] : live_) {
    live_names[folder_of(path)].add(name_of(path));
    if (auto target = target_of(path)) {
      target_folders_.insert(target->folder);
      links_into[target->folder].push_back(std::move(*target));
    }
  }

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
    const std::string prefix = prefix_of(folder);
    const auto is_rotated = [&](const std::string& name) {
      const auto live = names.rotated_from(name);
      if (live) there.insert(prefix + *live);
      return live.has_value();
    };
    // A pattern such as *.log* matches the rotated ones too.
    for (const std::string& name : names.all()) add(prefix + name, !is_rotated(name));
    for_each_name(folder, [&](const std::string& name) {
      if (is_rotated(name)) add(prefix + name, false);
    });
  }
  for (const auto& [folder, targets] : links_into) {
    const std::string prefix = prefix_of(folder);
    for_each_name(folder, [&](const std::string& name) {
      const bool generation = std::ranges::any_of(targets, [&](const Target& target) {
        return (is_rotated_from(name, target.name) || is_of_series(name, target.name)) &&
               owner_of(prefix + name) == target.owner;
      });
      if (generation) add(prefix + name, false);
    });
  }
  count_missing(there);
  std::vector<FoundFile> files;
  for (auto& [inode, file] : found) files.push_back(std::move(file));
  return files;
}

// nullopt: the path is no link, or one that LogFile does not follow.
std::optional<FileSearch::Target> FileSearch::target_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return std::nullopt;
  const auto file = std::filesystem::canonical(path, error);
  if (error) return std::nullopt;
  // Without a free descriptor, it is not known whether the link may be followed: its target stays watched.
  if (const auto opened = LogFile::open(path);
      !opened && opened.error() != EMFILE && opened.error() != ENFILE)
    return std::nullopt;
  const auto owner = owner_of(file.string());
  if (!owner) return std::nullopt;
  return Target{file.parent_path().string(), file.filename().string(), *owner};
}

void FileSearch::count_missing(const std::set<std::string>& there) {
  for (auto& [path, missing] : live_) {
    const bool named = std::ranges::find(patterns_, path) != patterns_.end();
    missing = named || there.contains(path) ? 0 : missing + 1;
  }
  std::erase_if(live_, [](const auto& entry) { return entry.second >= kForgetAfter; });
}

std::set<std::string> FileSearch::folders() const {
  std::set<std::string> folders = target_folders_;
  for (const auto& [path, missing] : live_) folders.insert(folder_of(path));
  for (const std::string& pattern : patterns_) {
    if (!is_pattern(folder_of(pattern))) folders.insert(folder_of(pattern));
  }
  return folders;
}

}  // namespace exporter::tail
