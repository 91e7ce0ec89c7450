// Reads the header of a plain-text line: time, host, process, level, logger.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct Header {
  std::optional<Level> level;  // what the header states
  std::size_t end = 0;         // number of bytes that certainly are header
  std::size_t rest = 0;        // end of the names that may be header too; >= end
  bool timed = false;          // it has a date or a time of day
  bool detail = false;         // Postgres' DETAIL:, HINT:, STATEMENT: …: belongs to the previous line
};

// Reads only the beginning of a line. `timed`: a time was before it. The formats are in docs/logs.md.
Header read_header(std::string_view line, bool timed = false);

}  // namespace log_analysis
