// Runs a program, for a task or on the way to healing a container.
//
//   argv: [/usr/local/bin/weekly-report, --out, /var/lib/salus/reports]   # the first by its absolute path
//   directory: /var/lib/salus                                           # absolute; default /
//
// No shell, and nothing of an alert gets into argv: what runs stands in the configuration. The program gets
// no environment of ours but PATH and LANG. At the rung's timeout its whole process group is ended. Success
// is exit code 0; of a failure the last line of its error output is told, secrets masked.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_command(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
