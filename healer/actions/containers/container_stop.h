// Stops a container. Parameters:
//   stop_timeout: 10s   # how long the process may take to end before it is killed
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_stop(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
