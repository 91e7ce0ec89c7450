// Removes every key of the patterns from a Redis server, however young: a cache is filled again. Parameters:
// those of redis_address.h and
//   patterns: ['signal:*', 'cache:*']
// By SCAN and UNLINK, neither of which holds the server up. A server that is not there is a failure, and so
// is not getting through in time; what was removed stays removed.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_redis_clear(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
