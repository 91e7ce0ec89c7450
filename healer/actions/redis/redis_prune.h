// Removes keys of a Redis server that were not used for long:
//
//   address: 127.0.0.1:6379           # or unix:///run/redis/redis.sock
//   database: 0
//   username: salus                   # optional, of an ACL user
//   password_file: /etc/salus/redis-password
//   patterns: ['signal:*', 'cache:*'] # in the syntax of SCAN's MATCH; one that matches every key is refused
//   idle: 1h                          # since a key was last read or written: OBJECT IDLETIME
//   leave_expiring: 1m                # a key that expires by itself within it is left to do so
//   batch: 200                        # keys looked at in one go
//   pause: 5ms                        # between two goes
//
// Uses only SCAN, OBJECT IDLETIME, PTTL and UNLINK, which do not block the server. At the rung's timeout it
// stops, and the next run continues from there. An unreachable server is not a failure, nor is one whose
// maxmemory-policy (…-lfu) counts uses instead of idle times: the outcome says so, and nothing is removed. A
// key that is used in the milliseconds between its check and its removal is removed all the same: a cache
// fills again.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_redis_prune(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
