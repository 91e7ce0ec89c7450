// The second source of verification: a look at the target itself, beside what Prometheus says of it.
#pragma once

#include "base/clock.h"
#include "base/docker.h"
#include "healer/effects.h"

namespace healer::checks {

// `said` is the first source's answer to `order`. Healthy stays healthy only where the order's direct probe,
// if it has one, finds the target well; what it finds ill is unhealthy, what it cannot find out is unknown.
// Any other answer is given back as it is: nothing is probed then.
//   container: the Engine's: it runs, and its own health check, if it has one, says that it is healthy
//   http: a GET answers the wanted status
//   tcp: a connection is accepted
// Blocks up to the deadline, and no longer than the probe's own timeout; never fails.
CheckInput confirm(CheckInput said, const CheckOrder& order, const base::docker::Engine& docker,
                   base::Deadline deadline);

}  // namespace healer::checks
