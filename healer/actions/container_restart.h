// Restarts a container. Parameters:
//   stop_timeout: 30s   # at least so long the process may take to end before it is killed; the container's
//   own
//                       # stop timeout counts where it is longer, and alone without this
//   pause: 5s           # stop, wait so long, start: lets ports and locks be freed; 0: one restart
//   settle: 10s         # one that runs and was started less than that ago is left alone; 0: never looked at
//   network_users: restart  # what uses the container's network is restarted after it; `refuse`, the default:
//                       # while something does, the container is left alone
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
