// The configured address of a Redis server:
//
//   address: 127.0.0.1:6379           # or unix:///run/redis/redis.sock
//   database: 0
//   username: salus                   # optional, of an ACL user
//   password_file: /etc/salus/redis-password
#pragma once

#include <string>
#include <vector>

#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "base/yaml/yaml.h"
#include "healer/redis/connection.h"

namespace healer::actions {

struct RedisAddress {
  base::Endpoint endpoint;
  std::string username;
  std::string password_file;
  int database = 0;
};

// Reads the four keys; the map may have others.
RedisAddress read_redis_server(const base::yaml::Node& node);
// The same for an action's parameters, where the path must be absolute.
RedisAddress read_redis_address(const base::yaml::Node& parameters);
// `patterns`, in the syntax of SCAN's MATCH; one that matches every key is refused.
std::vector<std::string> read_redis_patterns(const base::yaml::Node& parameters);

// Authenticates and selects the database. An error never holds the password.
base::Result<> open_session(RedisConnection& redis, const RedisAddress& address, base::Deadline deadline);
// The same on a new connection. The error names the server.
base::Result<RedisConnection> open_redis(const RedisAddress& address, base::Deadline deadline);

}  // namespace healer::actions
