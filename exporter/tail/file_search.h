// Which files there are of a source: those that its patterns match, and what rotation has made of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exporter/tail/log_file.h"

namespace exporter::tail {

struct FoundFile {
  std::string path;
  FileStatus status;
  bool live = false;  // it is written to; else a rotated generation
};

// Finds them anew at every look. Not thread-safe; blocks on the file system.
class FileSearch {
 public:
  // Paths and glob(7) patterns, absolute.
  explicit FileSearch(std::vector<std::string> patterns);

  // A path that a pattern once matched is forgotten when nothing of it was there for so many looks.
  static constexpr int kForgetAfter = 100;

  // Each file once, also where it has several names; compressed ones are left out.
  std::vector<FoundFile> look();
  // The folders that files of the source were found in, or that its paths name.
  std::set<std::string> folders() const;

 private:
  void count_missing(const std::set<std::string>& there);

  const std::vector<std::string> patterns_;
  // Live paths, found once or named: a file that was just renamed still is a generation of its old path.
  // Of one that a pattern matched, for how many looks neither it nor a generation of it was there.
  std::map<std::string, int> live_;
};

}  // namespace exporter::tail
