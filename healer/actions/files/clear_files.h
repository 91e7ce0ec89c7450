// Removes the files of a folder whatever their age, such as a cache. Parameters:
//   folder: /var/cache/quantum   # absolute
//   include: ['*.cache']         # required; by name, files of the folder itself only
//   exclude: []
// If the folder does not exist there is nothing to clear: the action succeeds and says so.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_clear_files(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
