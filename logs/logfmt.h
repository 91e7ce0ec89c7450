// key=value pairs on one line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logs/level.h"

namespace logs {

struct LogfmtLine {
  std::optional<Level> level;
  bool has_message = false;
  std::string_view message;  // decoded; valid as long as `line` and `scratch`
};

// Nothing unless `line` begins with key=. Words that are no pairs are passed over.
std::optional<LogfmtLine> read_logfmt(std::string_view line, std::string& scratch);

}  // namespace logs
