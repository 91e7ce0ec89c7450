// validation: in healer.yml
//
//   modules:                          # each core module loads
//     - name: ai_engine
//       argv: [/usr/local/bin/check-module, ai_engine]   # the first by its absolute path; no shell
//       directory: /srv/quantum       # absolute; default /
//       timeout: 60s
//   modules_required: 4               # so many of them must pass; default: all
//   smoke: []                         # load and instantiate a component; as modules, but all must pass
//   http: []                          # servers' answers
//   (healer/actions/maintenance/validation/http_checks.h), and integrations: []                  # commands
//   as modules, all of which must pass: both are for the
//                                     # stability check after a full restart alone
//   min_file_bytes: 101               # a listed file has at least so many
//   parallel: 4                       # commands at a time
//   timeout: 5m                       # for all of it
#pragma once

#include <vector>

#include "base/yaml/yaml.h"
#include "healer/config/config.h"

namespace healer::validation {

ValidationConfig read_validation(const base::yaml::Node& node);
// A list of {name, argv, directory, timeout}; absent: none.
std::vector<CommandCheck> read_command_checks(const base::yaml::Node& node);

}  // namespace healer::validation
