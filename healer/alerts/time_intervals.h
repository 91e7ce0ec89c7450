// Whether Alertmanager mutes deliveries to the healer at times (mute_time_intervals, active_time_intervals),
// as far as its API shows it. GET /api/v2/alerts never does. GET /api/v2/alerts/groups does from 0.28 on.
// Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace healer::webhook {

// Whether a route to one of these receivers has time intervals. `status`: the body of GET /api/v2/status,
// whose `config.original` is Alertmanager's configuration. An error: there is no such configuration in it.
base::Result<bool> has_time_intervals(std::string_view status, const std::set<std::string>& receivers);

// Which alerts are muted, according to the groups of alerts.
struct Muted {
  bool shown = false;  // this Alertmanager shows mutes, or has no group for the receivers
  // Fingerprint → the intervals that mute every group of the healer's that the alert is in.
  std::map<std::string, std::string> by_interval;
};
// `groups`: the body of GET /api/v2/alerts/groups.
base::Result<Muted> parse_muted(std::string_view groups, const std::set<std::string>& receivers);

}  // namespace healer::webhook
