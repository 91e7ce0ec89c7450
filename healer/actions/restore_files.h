// Restores listed files that are missing or damaged from the backup that their manifest names
// (`# backup:`, docs/manifest-format.md):
//
//   manifests: [/srv/quantum/models/MANIFEST]   # absolute
//
// Every file is looked at, whichever alert asked: what is as its manifest says is never touched, and one that
// cannot be restored does not keep the others from it. What stood in a file's place is kept beside it. A
// backup that is itself damaged is refused. healer/restore/restore.h says how nothing is lost.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_restore_files(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
