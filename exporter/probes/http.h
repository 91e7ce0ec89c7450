// kind: http. Uses blackbox_exporter's keys where it has them:
//
//   url: https://127.0.0.1:8443/health
//   method: GET
//   headers: {Accept: application/json}
//   body: ""
//   valid_status_codes: [200]        # without it: every 2xx
//   follow_redirects: true           # ten at most
//   fail_if_body_not_matches_regexp: ['"status": *"ok"']
//   fail_if_body_matches_regexp: [maintenance]
//   json: {/status: ok, /db/connected: true}   # JSON pointer: the value that must be there
//   tls_config: {ca_file: /etc/ssl/own.pem, server_name: quantum, insecure_skip_verify: false}
//   basic_auth: {username: salus, password_file: /etc/salus/api-password}
//   bearer_token_file: /etc/salus/api-token
#pragma once

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_http(const base::yaml::Node& node);

}  // namespace exporter::probes
