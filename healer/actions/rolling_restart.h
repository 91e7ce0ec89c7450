// Restarts containers that stand in for each other one after another, so that never two of them are down:
//
//   shards: [shard_1, shard_2]   # required: declared containers, in this order; [] restarts nothing
//   stop_timeout: 10s            # how long a process may take to end before it is killed
//   pause: 5s                    # between stop and start
//   healthy_within: 60s          # how long a shard may take to come back
//
// A shard is well when it runs and its own health check says healthy; without a health check it must have run
// for `pause`. Before each stop every shard that exists must be well, the one to stop included. The first
// that does not come back ends the run, and those behind it are left alone. One that does not exist is
// skipped.
//
// It keeps no state: after a crash, as after a failure, the next run begins with the first shard. One that a
// crash has left stopped is not started here: nothing is stopped until somebody else has brought it back.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_rolling_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
