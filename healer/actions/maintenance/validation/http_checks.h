// Checks of HTTP answers: the status and fields of the JSON body.
#pragma once

#include <vector>

#include "base/os/clock.h"
#include "base/yaml/yaml.h"
#include "healer/actions/maintenance/validation/validation.h"

namespace healer::validation {

// A list of {name, url, status, fields, http_config, timeout}; absent: none.
//
//   - name: trading_bot
//     url: http://127.0.0.1:8000/health
//     status: 200
//     fields:               # JSON pointer → the required value; '': any value
//       /status: ok
//       /version: ''
std::vector<HttpCheck> read_http_checks(const base::yaml::Node& node);

// One check for each, in their order. A server may have just been started, so a failed check is repeated
// until its timeout. Blocks; thread-safe. Of a body, only the value of a wrong field is reported, shortened
// and with secrets masked.
std::vector<Check> run_http_checks(const std::vector<HttpCheck>& checks, const base::Clock& clock,
                                   base::Deadline deadline);

}  // namespace healer::validation
