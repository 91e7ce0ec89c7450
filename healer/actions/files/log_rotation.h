// Rotates the logs of a folder, for programs that start a new file each day or on request:
//
//   folder: /var/log/quantum      # absolute
//   include: ['*.log', '*.gz']    # by name; files of the folder itself, never of folders in it
//   exclude: []
//   remove_after: 3d              # since a file was last written to, compressed or not
//   settle: 10m                   # a file written to within it is in use
//
// Files that were last written to before today (UTC) are compressed by gzip, with their owner, mode and time.
// packing.h says why nothing is lost at a crash. A file that a process has open for writing, according to
// /proc, is left alone. A missing folder is not a failure.
#pragma once

#include <set>

#include "healer/actions/action.h"
#include "healer/actions/files/cleanup_stats.h"
#include "healer/actions/files/folder.h"
#include "healer/actions/files/name_filter.h"
#include "healer/actions/files/open_files.h"

namespace healer::actions {

struct RotationRules {
  NameFilter names;
  base::Duration remove_after{};
  base::Duration settle{};
};

// One rotation of one folder. `written` is called once for all files, and again before each compression.
using FilesWritten = std::function<std::set<FileId>()>;
base::Result<CleanupStats> rotate(Folder& folder, const RotationRules& rules, const FilesWritten& written,
                                  base::WallTime now, base::Deadline deadline);

std::unique_ptr<Action> make_log_rotation(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
