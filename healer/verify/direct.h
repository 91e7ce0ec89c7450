// The second source of verification: a check of the target itself, in addition to Prometheus.
#pragma once

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "healer/engine/effects.h"

namespace healer::checks {

// `said` is the first source's answer to `order`. Healthy stays healthy only if the order's direct probe, if
// any, finds the target healthy. If the probe finds it unhealthy the answer is unhealthy; if the probe cannot
// tell, it is unknown. Any other answer is returned unchanged, without a probe.
//   container: asks the engine: it runs, and its health check, if any, reports healthy
//   http: a GET returns the configured status
//   tcp: a connection is accepted
// Blocks up to the deadline, and no longer than the probe's own timeout; never fails.
CheckInput confirm(CheckInput said, const CheckRequest& order, const base::docker::Engine& docker,
                   base::Deadline deadline);

}  // namespace healer::checks
