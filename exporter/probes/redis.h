// kind: redis, a PING that must be answered with PONG:
//
//   address: 127.0.0.1:6379          # or unix:///run/redis/redis.sock
//   username: salus                  # optional, of an ACL user
//   password_file: /etc/salus/redis-password
//   tls: false
//   tls_config: {…}
//
// hiredis writes the commands and reads the replies. The bytes go through a Connection, so that the deadline
// holds for everything.
#pragma once

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_redis(const base::yaml::Node& node);

}  // namespace exporter::probes
