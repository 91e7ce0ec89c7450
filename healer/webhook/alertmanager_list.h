// GET /api/v2/alerts: everything that Alertmanager holds to be firing.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "healer/effects.h"

namespace healer::webhook {

// `asked_at` is the time just before the question: what is learned afterwards by webhook is newer than the
// list. A silenced alert starts no healing but has not ended either; one that demands a policy counts in
// full, and so does an inhibited one: Alertmanager posts it to nobody, but an inhibition is no person's will.
// A Watchdog past the middle of its life is left out: Prometheus has missed to renew it, so what else is
// missing from the list may have run out rather than ended.
base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at);

// Adds another part of the same list.
void add_part(AlertsInput& list, AlertsInput part);

}  // namespace healer::webhook
