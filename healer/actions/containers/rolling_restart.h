// Restarts redundant containers one after another, so that two of them are never down at once:
//
//   shards: [shard_1, shard_2]   # required: declared containers, in this order; [] restarts nothing
//   stop_timeout: 10s            # how long a process may take to end before it is killed
//   pause: 5s                    # between stop and start
//   healthy_within: 60s          # how long a shard may take to become healthy
//
// A shard is healthy when it runs and its health check reports healthy; without a health check it must have
// run for `pause`. Before each stop every existing shard must be healthy, also the one to stop. The run ends
// at the first shard that does not recover; the shards after it are not restarted. A shard that does not
// exist is skipped.
//
// It waits until no incident about a shard is open. While it runs, a shard that it stopped is not healed.
//
// It keeps no state but asks the engine: a shard that was started since the incident was opened needs no
// second restart. So a run that was interrupted, by a crash or by a shard that did not recover, continues at
// the right shard; a shard that it left stopped is started first. A shard that was stopped before the
// incident is not started, and nothing is stopped until it runs again.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_rolling_restart(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
