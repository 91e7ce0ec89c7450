// key=value pairs on one line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct LogfmtLine {
  std::optional<Level> level;
  bool has_message = false;
  bool error = false;        // err= or error= has a value that is neither nil nor a number
  std::string_view message;  // decoded; valid as long as `line` and `scratch`
};

// nullopt unless `line` begins with key=. Words that are not pairs are skipped.
std::optional<LogfmtLine> read_logfmt(std::string_view line, std::string& scratch);

}  // namespace log_analysis
