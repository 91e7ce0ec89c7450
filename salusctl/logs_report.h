// The results of a log scan as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "salusctl/logs_scan.h"

namespace healer::salusctl {

// The time from which a pattern counts as new.
struct Since {
  std::optional<base::Duration> before_last;
  std::optional<base::WallTime> at;
  // If neither is set: the last tenth of the time from the first event to the last.
  base::WallTime from(const LogsFound& found) const;
};
// A duration (24h), an RFC 3339 time, or "".
base::Result<Since> parse_since(std::string_view text);

// "level<TAB>pattern id" for each line, also for each line of a multi-line event.
std::string per_line_text(const LogsFound& found);
// Patterns first seen at or after `new_from` are the new ones.
std::string summary_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from);
std::string json_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from);

// `expected` is 0 if it is not known.
std::string progress_line(std::uint64_t bytes, std::uint64_t expected);

}  // namespace healer::salusctl
