// A breach of log thresholds, as its alerts report it. The notice of an automatic healing begins with it.
//
// A rule with a threshold reports in its annotations what was breached (`breach`: "353 critical events
// (threshold: 5)") and what else was counted in that hour (`critical_events`, `errors`, `warnings`,
// `container_restarts`).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "healer/model/model.h"
#include "healer/model/notice.h"

namespace healer {

// The fields of kAutoHealTriggered: the reasons of all alerts, each kind once with its largest count, then
// the counts, summed over the sources of the alerts. A count that no alert has is left out. nullopt when no
// alert reports a breach.
std::optional<Notice::Pairs> breach_of(std::span<const Alert> alerts);

}  // namespace healer
