// What a scan of logs found, as people and scripts read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "healer/salusctl/logs_scan.h"

namespace healer::salusctl {

// From when on a pattern counts as new.
struct Since {
  std::optional<base::Duration> before_last;
  std::optional<base::WallTime> at;
  // Neither: the last tenth of the time from the first event to the last.
  base::WallTime from(const LogsFound& found) const;
};
// A duration (24h), an RFC 3339 time, or nothing.
base::Result<Since> parse_since(std::string_view text);

// "level<TAB>pattern id" for each line; an event of many lines has its answer on each.
std::string per_line_text(const LogsFound& found);
// Patterns first seen at or after `new_from` are the new ones.
std::string summary_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from);
std::string json_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from);

// `expected` of 0: not known.
std::string progress_line(std::uint64_t bytes, std::uint64_t expected);

}  // namespace healer::salusctl
