// Shapes that only the first bytes of a line tell: klog, Ruby, Android in brief, Redis.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "logs/level.h"

namespace logs {

struct LineStart {
  std::optional<Level> level;  // then the header is read, to `end`
  std::size_t end = 0;         // how many bytes are taken
  bool timed = false;
  bool redis = false;  // a time follows, and then one of ".-*#" for the level
};

LineStart read_line_start(std::string_view line);

}  // namespace logs
