// Runs a program, for a task or on the way to healing a container.
//
//   argv: [/usr/local/bin/weekly-report, --out, /var/lib/salus/reports]   # the first by its absolute path
//   directory: /var/lib/salus                                           # absolute; default /
//
// There is no shell, and nothing of an alert gets into argv: only the configuration says what runs. The
// environment holds only PATH and LANG. At the rung's timeout the whole process group is ended. Exit code 0
// is success. An error quotes the last line of the error output, with secrets masked.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_command(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
