// Sends a signal to a container's first process. Parameters:
//   signal: SIGHUP   # required: SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGINT, SIGTERM or SIGQUIT
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_signal(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
