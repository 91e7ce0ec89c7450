// Writes or removes a file that a program checks. Parameters:
//   path: /srv/quantum/control/ai_model.disabled   # absolute
//   content: disabled                              # the file's whole content, followed by a newline
//   mode: "0644"
//   absent: true                                   # in place of `content` and `mode`: the file is removed
//
// As a method of an action (healer/actions/action_methods.h) its undo restores the file as it was before.
//
// A reader finds the old or the new content, never a part of it, also after a crash.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_control_file(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
