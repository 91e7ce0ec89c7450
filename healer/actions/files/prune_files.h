// Removes the old files of a folder, such as old reports:
//
//   folder: /var/lib/salus/reports          # absolute
//   include: ['WEEKLY_HEALTH_REPORT_*.md']  # required; by name, files of the folder itself only
//   exclude: []
//   older_than: 60d                         # since a file was last written to
//
// A missing folder is not a failure.
#pragma once

#include "healer/actions/action.h"
#include "healer/actions/files/cleanup_stats.h"
#include "healer/actions/files/folder.h"
#include "healer/actions/files/name_filter.h"

namespace healer::actions {

base::Result<CleanupStats> prune(Folder& folder, const NameFilter& names, base::Duration older_than,
                                 base::WallTime now, base::Deadline deadline);

std::unique_ptr<Action> make_prune_files(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
