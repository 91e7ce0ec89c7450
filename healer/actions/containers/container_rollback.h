// Creates a container again from its previous image, with the same configuration. Parameters:
//
//   image: quantum_trading_bot:previous  # what to go back to. Default: the one image of the same repository
//                                        # from which the tag has moved on, as the engine still has it
//   tag: previous                        # instead of `image`: this tag of the container's own repository
//   stop_timeout: 10s                    # how long the old one may take to end before it is killed
//   healthy_within: 30s                  # how long the new one has to become healthy, if it has a check
//   settle: 5s                           # how long it must run without one
//
// The old container is stopped and renamed `<name>.salus-old`. It is removed only when the new one is healthy
// or has settled. Otherwise the new one is removed, the old one gets its name back and is started, and the
// action fails. An interrupted run is continued where it stopped. Refused, with nothing changed: no such
// container, no or several previous images, an image that is in use already, `--rm`. The outcome names the
// image that the container had before, for use in the configuration.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_container_rollback(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
