#include "healer/actions/files/open_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace healer::actions {
namespace {

namespace fs = std::filesystem;

bool is_process(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

void add_open_files(const fs::path& descriptors, std::set<FileId>& files) {
  std::error_code gone;
  for (fs::directory_iterator at(descriptors, gone), end; !gone && at != end; at.increment(gone)) {
    const std::string link = at->path().string();
    struct stat how{};
    struct stat file{};
    // The link's own permission bits say how the file was opened: proc(5).
    if (::lstat(link.c_str(), &how) != 0 || (how.st_mode & S_IWUSR) == 0) continue;
    if (::stat(link.c_str(), &file) == 0 && S_ISREG(file.st_mode)) files.emplace(file.st_dev, file.st_ino);
  }
}

}  // namespace

std::set<FileId> files_being_written(const std::string& procfs) {
  std::set<FileId> files;
  std::error_code gone;
  for (fs::directory_iterator at(procfs, gone), end; !gone && at != end; at.increment(gone)) {
    if (is_process(at->path().filename().string())) add_open_files(at->path() / "fd", files);
  }
  return files;
}

}  // namespace healer::actions
