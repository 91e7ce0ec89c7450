// The files of a source: those that its patterns match, and their rotated generations.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exporter/tail/files/log_file.h"

namespace exporter::tail {

struct FoundFile {
  std::string path;
  FileStatus status;
  bool live = false;  // it is being written to; else a rotated generation
};

// Lists them in each call of look(). Not thread-safe; blocks on the file system.
//
// Of a symbolic link the generations are beside its target: those that rotation made of the target, and those
// that the link pointed to before, whose names differ from it only in a date or a number. They must have the
// target's owner: the link may not expose files of others.
class FileSearch {
 public:
  // Paths and glob(7) patterns, absolute.
  explicit FileSearch(std::vector<std::string> patterns);

  // A path that a pattern once matched is forgotten when neither it nor a generation of it was found for this
  // many calls.
  static constexpr int kForgetAfter = 100;

  // Each file once, also when it has several names; without compressed ones.
  std::vector<FoundFile> look();
  // The folders in which files of the source were found, or which its paths name.
  std::set<std::string> folders() const;

 private:
  // Where a symbolic link leads, and the owner of that file.
  struct Target {
    std::string folder;
    std::string name;
    std::uint64_t owner = 0;
  };
  static std::optional<Target> target_of(const std::string& path);
  void count_missing(const std::set<std::string>& there);

  const std::vector<std::string> patterns_;
  // Live paths that were found or configured: a file that was just renamed is still a generation of its old
  // path. For a path that a pattern matched: for how many calls neither it nor a generation of it was found.
  std::map<std::string, int> live_;
  std::set<std::string> target_folders_;  // of the links among them
};

}  // namespace exporter::tail
