// The level in the message of a line whose header has none.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

// The first delimited level word at or after `from`: in capitals, alone in brackets, before a colon, or the
// value of a key such as level=. If there is none, the worst of the known phrases: a traceback, a panic, a
// crash, "… failed: …", an exception by name. `from` is where the message begins.
std::optional<Level> level_of_words(std::string_view line, std::size_t from);

}  // namespace log_analysis
