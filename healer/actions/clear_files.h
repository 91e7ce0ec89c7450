// Removes the files of a folder, however young: those of a cache. Parameters:
//   folder: /var/cache/quantum   # absolute
//   include: ['*.cache']         # required; by name, files of the folder itself only
//   exclude: []
// A folder that is not there holds nothing to clear, which is a success that says so.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_clear_files(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
