// The response of GET /api/v1/rules as Prometheus, Thanos, Mimir and Loki write it.
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#rules
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/model/policy/ruler_state.h"

namespace healer::policy {

// Every alerting rule of every group. A response with warnings may be partial and is an error, and so is one
// that cannot be parsed completely: a missing rule would count as removed.
base::Result<std::vector<LoadedRule>> parse_rules(std::string_view body);

// The start of the process, from GET /api/v1/status/runtimeinfo; nullopt if it is missing.
std::optional<base::WallTime> parse_started_at(std::string_view body);

// The response to the instant query kFactsQuery.
base::Result<Facts> parse_facts(std::string_view body);
// The series that the rules about subsystems use.
inline constexpr std::string_view kFactsQuery =
    R"(group by (__name__, subsystem) ({subsystem!="",__name__=~"salus_subsystem_info|salus_subsystem_last_update_timestamp_seconds|)"
    R"(salus_subsystem_state_present|salus_file_present|salus_file_set_present|salus_probe_success"}))";

}  // namespace healer::policy
