// What the engine knows about a container that should run and does not.
#pragma once

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "healer/engine/effects.h"
#include "healer/verify/exporter.h"

namespace healer::checks {

// `said` is the answer to `order` so far. If it is not healthy, and the order's action has started its
// container, the engine is asked. A container that does not run makes the answer unhealthy, with its exit
// code as detail: this needs no other evidence. `ended` is set, and the end of its log is added, when waiting
// changes nothing any more:
//   - it is exited or dead, and has been for 3 s. The engine's restart policy starts a container again within
//     a second, or shows it as restarting;
//   - it is restarting, and the restart policy has started it 5 times or more since it was last started by a
//     command.
// A container that runs, is paused, or is restarting for the first times changes nothing, and nor does an
// engine that does not answer. Blocks up to the deadline; never fails.
CheckInput add_container_end(CheckInput said, const CheckRequest& order, const base::docker::Engine& docker,
                             const Exporter& exporter, const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::checks
