// The result of cleaning up a folder, counted file by file and reported at the end. A file that fails does
// not prevent work on the others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "healer/actions/action.h"
#include "healer/actions/files/folder.h"

namespace healer::actions {

struct CleanupStats {
  std::uint64_t removed = 0;
  std::uint64_t packed = 0;
  std::uint64_t in_use = 0;  // left alone because a process writes to them
  std::uint64_t freed = 0;   // bytes
  std::vector<std::string> problems;

  // Whether it was removed.
  bool remove(Folder& folder, const FileFacts& file);
  // "removed 3, packed 1, freed 1.2 MiB in /var/log/quantum; …"; an error when there were problems.
  base::Result<Outcome> outcome(const std::string& folder) const;
};

// "12 B", "1.2 MiB".
std::string in_bytes(std::uint64_t bytes);

}  // namespace healer::actions
