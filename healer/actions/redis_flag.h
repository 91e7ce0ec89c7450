// Sets a key of a Redis server that a program looks at, or removes it. Parameters, beside those of
// redis_address.h:
//   key: module:{{target}}:disabled   # {{target}}: the target's name
//   value: "1"
//   absent: true                      # in place of `value`: the key is removed
// A server that is not there is a failure: nobody would see the flag.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_redis_flag(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
