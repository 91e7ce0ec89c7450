// Sets or removes a key of a Redis server that a program checks. Parameters, in addition to those of
// redis_address.h:
//   key: module:{{target}}:disabled   # {{target}}: the target's name
//   value: "1"
//   absent: true                      # in place of `value`: the key is removed
// An unreachable server is a failure: no program would see the flag.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_redis_flag(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
