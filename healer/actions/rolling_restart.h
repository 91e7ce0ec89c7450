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
// It waits until no incident about a shard is open, and while it runs a shard that it stopped is not healed.
//
// It keeps no state, but asks the engine: a shard that was started since the incident was opened needs no
// second restart. So a run that was cut short, by a crash or by a shard that did not come back, is taken up
// at the right shard; the one that it left stopped is started first. One that was stopped before that is
// somebody else's, and nothing is stopped until it is back.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_rolling_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
