// Restarts a container. Parameters:
//   stop_timeout: 10s   # how long the process may take to end before it is killed
//   pause: 5s           # stop, wait so long, start: lets ports and locks be freed; 0: one restart
//   settle: 10s         # one that runs and was started less than that ago is left alone; 0: never looked at
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
