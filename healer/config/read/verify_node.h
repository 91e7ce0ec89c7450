// What counts as healed, as configured in a playbook.
#pragma once

#include <string_view>

#include "base/yaml/yaml.h"
#include "healer/config/config.h"

namespace healer {

// `verify` of a playbook that acts on targets of `kind`:
//
//   healthy: salus_container_running{container="{{target}}"} == 1
//   healthy_for: 10s
//   within: 1m
//   every: 1s
//   direct: container                          # or: {http: {url, status, http_config, timeout}}
//                                              # or: {tcp: {address, timeout}}
Verify read_verify(const base::yaml::Node& node, std::string_view kind);

}  // namespace healer
