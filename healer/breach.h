// A breach of the logs' limits, as its alerts tell it: what the notice of an automatic healing begins with.
//
// A rule that watches a limit says in its annotations what was breached (`breach`: "353 critical events
// (threshold: 5)") and what else was counted in that hour (`critical_events`, `errors`, `warnings`,
// `container_restarts`).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "healer/model.h"
#include "healer/notice.h"

namespace healer {

// The fields of kAutoHealTriggered: the reason, of all alerts, then the counts, summed over the sources that
// the alerts are of. A count that no alert tells is left out. Nothing when none of the alerts tells of a
// breach.
std::optional<Notice::Pairs> breach_of(std::span<const Alert> alerts);

}  // namespace healer
