// Which files there are of a source: those that its patterns match, and what rotation has made of them.
#pragma once

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

  // Each file once, also where it has several names; compressed ones are left out.
  std::vector<FoundFile> look();
  // The folders that files of the source were found in, or that its paths name.
  std::set<std::string> folders() const;

 private:
  const std::vector<std::string> patterns_;
  // Live paths, found once or named: a file that was just renamed still is a generation of its old path.
  std::set<std::string> live_;
};

}  // namespace exporter::tail
