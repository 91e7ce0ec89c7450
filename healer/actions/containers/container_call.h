// Actions that are one call to the Docker Engine.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

// Starts a container. No parameters.
std::unique_ptr<Action> make_container_start(const base::yaml::Node& parameters, const World& world);

// Stops a container. Parameters:
//   stop_timeout: 10s   # how long the process may take to end before it is killed
std::unique_ptr<Action> make_container_stop(const base::yaml::Node& parameters, const World& world);

// Sends a signal to a container's first process. Parameters:
//   signal: SIGHUP   # required: SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGINT, SIGTERM or SIGQUIT
std::unique_ptr<Action> make_container_signal(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
