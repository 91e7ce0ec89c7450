// Reads bracketed parts of a line's header, and month and weekday names.
#pragma once

#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct Bracketed {
  std::optional<Level> level;
  bool timed = false;
};

// `text` is what is between the brackets. A level word counts when it is alone ("error", " WARN "), after a
// colon ("core:error"), or in capitals among other words ("12:00:00 INF", "ERROR/Worker-1").
Bracketed read_bracketed(std::string_view text);

// Whether `word` is a month or a weekday, in full or its first three letters, beginning with a capital.
bool is_calendar(std::string_view word);

}  // namespace log_analysis
