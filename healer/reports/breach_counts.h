// What the logs of the whole stack held within an hour: exact counts, where Prometheus can be asked.
//
// PromQL's increase() extrapolates: 353 events would be 359. So counts are taken from the samples as they
// were scraped. The exporter shows each counter at 0 before its first event, so that none is missed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/notice.h"
#include "healer/reports/known.h"
#include "healer/reports/samples.h"

namespace healer::reports {

struct BreachCounts {
  Known<std::uint64_t> critical;
  Known<std::uint64_t> errors;
  Known<std::uint64_t> warnings;
  Known<std::uint64_t> restarts;                // of containers
  std::optional<std::uint64_t> critical_limit;  // as the rules record it; nothing: not known
  std::optional<std::uint64_t> errors_limit;
};

// The end of the hour that is counted: whatever came within a minute of the incident's opening belongs to it.
base::WallTime breach_end(base::WallTime opened_at, base::WallTime now);

// Of the hour before `to`. Blocks up to the samples' deadline.
BreachCounts count_breach(Samples& samples, base::WallTime to);

// The fields of kAutoHealTriggered: the exact counts, and a reason of them where they are at or over their
// limits; what could not be had, as the alerts' annotations have it. Empty when not even those tell of a
// breach.
Notice::Pairs breach_fields(std::span<const Alert> alerts, const BreachCounts& counts);

}  // namespace healer::reports
