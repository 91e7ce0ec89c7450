// Exact counts of the log events of the whole stack within an hour, from Prometheus.
//
// PromQL's increase() extrapolates: 353 events would be 359. Counts are therefore computed from the raw
// samples. The exporter exposes each counter at 0 before its first event, so that no event is missed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/notice.h"
#include "healer/reports/data/known.h"
#include "healer/reports/data/samples.h"

namespace healer::reports {

struct BreachCounts {
  Known<std::uint64_t> critical;
  Known<std::uint64_t> errors;
  Known<std::uint64_t> warnings;
  Known<std::uint64_t> restarts;                // of containers
  Known<std::uint64_t> sources;                 // whose logs were counted
  std::optional<std::uint64_t> critical_limit;  // recorded by the rules; nullopt: unknown
  std::optional<std::uint64_t> errors_limit;
  std::optional<std::uint64_t> restarts_limit;
};

// The end of the counted hour. Events up to a minute after the incident's opening are included.
base::WallTime breach_end(base::WallTime opened_at, base::WallTime now);

// Counts the hour before `to`. Blocks up to the samples' deadline.
BreachCounts count_breach(Samples& samples, base::WallTime to);

// The fields of kAutoHealTriggered: the exact counts, and a reason that lists every limit that is reached.
// What is unknown is taken from the alerts' annotations. Empty if the annotations have no threshold breach.
Notice::Pairs breach_fields(std::span<const Alert> alerts, const BreachCounts& counts);

}  // namespace healer::reports
