// GET /api/v2/alerts: everything that Alertmanager holds to be firing.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "healer/effects.h"

namespace healer::webhook {

// `asked_at` is the time just before the question: what is learned afterwards by webhook is newer than the
// list. `receivers`: the healer's own. What Alertmanager would not deliver to them is `held`: nothing is
// healed for it, and it has not ended. That is a silenced, inhibited or muted alert, whose policy counts in
// full, and one that is routed to other receivers alone, whose policy does not. Of these, what asks for
// nothing is in `alerts` all the same, to be shown. An alert without `receivers` is taken for the healer's. A
// Watchdog past the middle of its life is left out: Prometheus has missed to renew it, so what else is
// missing from the list may have run out rather than ended.
base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at,
                                     const std::set<std::string>& receivers);

// Adds another part of the same list.
void add_part(AlertsInput& list, AlertsInput part);

}  // namespace healer::webhook
