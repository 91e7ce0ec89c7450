// Starts a container. No parameters.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_start(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
