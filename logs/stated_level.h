// The level that the words of a line state, when its header states none.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "logs/level.h"

namespace logs {

// The earliest bounded level word at or behind `from`: in capitals, alone in brackets, before a colon, or the
// value of a key such as level=. When there is none, the worst of the decisive phrases: a traceback, a panic,
// a crash, "… failed: …", an exception by name. `from` is where the words begin.
std::optional<Level> level_of_words(std::string_view line, std::size_t from);

}  // namespace logs
