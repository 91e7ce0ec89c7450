// Restores listed files that are missing or damaged from the backup that their manifest names
// (`# backup:`, docs/manifest-format.md):
//
//   manifests: [/srv/quantum/models/MANIFEST]   # absolute
//
// Every listed file is checked, whatever the alert. A file that matches its manifest is not touched. A file
// that cannot be restored does not prevent the restore of others. The damaged file is kept beside the
// restored one. A damaged backup is refused. healer/actions/files/restore.h says how nothing is lost.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_restore_files(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
