// kind: tcp, a connection and optionally a dialogue. Uses blackbox_exporter's keys where it has them:
//
//   address: 127.0.0.1:25            # or unix:///path
//   tls: false
//   tls_config: {ca_file: …, server_name: …, insecure_skip_verify: false}
//   query_response:                  # in order; each has expect, send or both
//     - expect: '^220 '              # a regular expression in what came since the last one matched
//     - send: "QUIT\r\n"             # as it stands here
#pragma once

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_tcp(const base::yaml::Node& node);

}  // namespace exporter::probes
