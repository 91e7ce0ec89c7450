// Removes every key that matches the patterns from a Redis server, whatever its age: a cache fills again.
// Parameters: those of redis_address.h and
//   patterns: ['signal:*', 'cache:*']
// Uses SCAN and UNLINK, which do not block the server. An unreachable server is a failure, and so is a
// timeout; what was removed stays removed.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_redis_clear(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
