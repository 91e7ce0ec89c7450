// Sends one HTTP request and compares the answer with what is expected. Parameters:
//
//   method: POST                              # GET, POST, PUT, PATCH or DELETE
//   url: http://127.0.0.1:8000/modules/{{target}}/reload   # {{target}}: the target's name, percent-encoded
//   headers: {X-Source: salus}
//   secret_headers: {X-Api-Key: /etc/salus/api-key}        # values from files
//   http_config: {authorization: {credentials_file: /etc/salus/api-token}}   # TLS, passwords, tokens
//   body: '{"reason": "salus"}'
//   content_type: application/json
//   statuses: [200, 202]                      # default: every 2xx
//   pointer: /status                          # RFC 6901; the value there in the answer's JSON …
//   equals: ok                                # … must be this
//
// Only {{target}} is put into the URL, and that is a declared name. Everything else comes from the
// configuration. Redirects are not followed. Success is an expected status with the expected value.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_http_request(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
