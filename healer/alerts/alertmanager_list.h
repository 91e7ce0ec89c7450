// GET /api/v2/alerts: all alerts that are firing in Alertmanager.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/inputs.h"

namespace healer::webhook {

// `asked_at` is the time just before the request: webhooks that arrive later are newer than the list.
// `receivers`: those of the healer. Alerts that Alertmanager does not deliver to them are `held`: nothing is
// healed for them, and they have not ended. These are silenced, inhibited or muted alerts, whose policy
// applies in full, and alerts that are routed only to other receivers, whose policy does not. Held alerts
// that request nothing are in `alerts` all the same, to be shown. An alert without `receivers` counts as the
// healer's. A Watchdog past half of its lifetime is left out: Prometheus has failed to renew it, so alerts
// missing from the list may have expired rather than ended.
base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at,
                                     const std::set<std::string>& receivers);

// Adds another part of the same list.
void add_part(AlertsInput& list, AlertsInput part);

}  // namespace healer::webhook
