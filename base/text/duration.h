// Durations as Prometheus writes them: 5m, 1h30m, 250ms. Source of the format:
// https://prometheus.io/docs/prometheus/latest/querying/basics/#time-durations
#pragma once

#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"

namespace base {

// Units y w d h m s ms, each at most once, in that order; "0" alone is allowed.
Result<Duration> parse_duration(std::string_view text);
// As Prometheus prints it; parses back to the same number of milliseconds: 90s is "1m30s", 14 days are "2w",
// zero is "0s".
std::string format_duration(Duration duration);

}  // namespace base
