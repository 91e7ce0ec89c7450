// Formats that are recognised by the first bytes of a line: klog, Ruby, Android's brief format, apt,
// Erlang's reports, Redis.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct LineStart {
  std::optional<Level> level;  // if set, the header is complete and ends at `end`
  std::size_t end = 0;         // number of bytes read
  bool timed = false;
  bool redis = false;  // a time follows, then one of ".-*#" as the level
};

LineStart read_line_start(std::string_view line);

}  // namespace log_analysis
