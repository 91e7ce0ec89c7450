// Checks that are servers' answers: the status, and fields of the JSON that comes with it.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/yaml.h"
#include "healer/validation/validation.h"

namespace healer::validation {

// A list of {name, url, status, fields, http_config, timeout}; absent: none.
//
//   - name: trading_bot
//     url: http://127.0.0.1:8000/health
//     status: 200
//     fields:               # JSON pointer → the value that must stand there; '': anything may
//       /status: ok
//       /version: ''
std::vector<HttpCheck> read_http_checks(const base::yaml::Node& node);

// One check for each, in their order. A server may have been started only just now: one that does not answer
// as it should is asked again until the time of its check is over. Blocks; thread-safe. Of a body no more is
// told than the value of a field that is another, shortened and with secrets masked.
std::vector<Check> run_http_checks(const std::vector<HttpCheck>& checks, const base::Clock& clock,
                                   base::Deadline deadline);

}  // namespace healer::validation
