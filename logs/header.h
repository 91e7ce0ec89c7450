// What stands before the words of a plain line: time, host, process, level, logger.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "logs/level.h"

namespace logs {

struct Header {
  std::optional<Level> level;  // what the header states
  std::size_t end = 0;         // how many bytes surely are header
  std::size_t rest = 0;        // behind the names that may be header too; >= end
  bool timed = false;          // it has a date or a time of day
  bool detail = false;         // Postgres' DETAIL:, HINT:, STATEMENT: …: belongs to the line before
};

// Reads the beginning of a line without looking at the rest of it. See docs/logs.md for the shapes.
Header read_header(std::string_view line);

}  // namespace logs
