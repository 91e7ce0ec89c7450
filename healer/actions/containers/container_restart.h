// Restarts a container. Parameters:
//   stop_timeout: 30s       # minimum time to stop before the process is killed. The container's own one
//                           # applies if it is longer, or if this is absent
//   pause: 5s               # between stop and start, so that ports and locks are freed; 0: one restart
//   settle: 10s             # a container that was started less than that ago is not restarted; 0: off
//   network_users: restart  # then restarts the containers that use the container's network, too.
//                           # Default `refuse`: while there are any, the container is not restarted
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
