// Reads the timestamp of a log line.
#pragma once

#include <optional>
#include <string_view>

#include "base/os/clock.h"

namespace log_analysis {

// The time at the beginning of a line, or in the first of the usual fields of a JSON line (time, timestamp,
// @timestamp, ts, t). Supported: ISO 8601 and variants (Python's logging, 2025/01/02 03:04:05,
// 20250102-03:04:05), 25/01/02 03:04:05, RFC 3164 and ctime (Jan  2 03:04:05, with or without weekday and
// year), 02 Jan 2025 03:04:05, access logs' [02/Jan/2025:03:04:05 +0100], and Unix time in seconds, milli-,
// micro- and nanoseconds. A time without a zone is UTC; without a year, the latest year is used that gives no
// time after `now` + 1 day. Does not allocate.
std::optional<base::WallTime> line_time(std::string_view line, base::WallTime now);

}  // namespace log_analysis
