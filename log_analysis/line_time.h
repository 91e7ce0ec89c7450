// Reads the timestamp of a log line.
#pragma once

#include <optional>
#include <string_view>

#include "base/os/clock.h"

namespace log_analysis {

// The time at the beginning of a line, behind its first fields, or under one of the usual keys of a JSON or
// logfmt line (time, timestamp, @timestamp, ts, t, @t, …). `line` is cleaned (log_analysis/clean.h); a
// pretty-printed document is one line. Supported:
//   ISO 8601 and variants   2025-01-02T03:04:05.678+01:00, 2025/01/02 03:04:05, 20250102-03:04:05,
//   20250102T030405,
//                           25/01/02 03:04:05, 250102 03:04:05, 02.01.2025 03:04:05, 2025-01-02  3:04:05
//   names of months         Jan  2 03:04:05, Thu Jan 02 03:04:05 UTC 2025, Jan 02, 2025 3:04:05 PM, 02 Jan
//   2025 03:04:05,
//                           02-Jan-2025 03:04:05, 02/Jan/2025:03:04:05 +0100
//   without a year          E0102 03:04:05 (klog), 01-02 03:04:05 (Android), 001/030405 (HAProxy): the latest
//   year that
//                           gives no time after `now` + 1 day
//   Unix time               in seconds, milli-, micro- and nanoseconds; 1.7357870456e+09
// A zone is an offset or a word (UTC, CET, EST, …); without one a time is UTC. nullopt also for a zone that
// is not known or ambiguous (CST, [Asia/Tokyo] without an offset). Does not allocate.
std::optional<base::WallTime> line_time(std::string_view line, base::WallTime now);

}  // namespace log_analysis
