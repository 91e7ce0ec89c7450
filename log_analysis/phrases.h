// Phrases that imply the level of a line that states none.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

// Whether a phrase may start with a word of this first letter and length.
bool may_be_phrase(char first, std::size_t length);

// The level of the phrase that the word at [begin, end) of `line` starts or is, if any. `from`: where the
// message begins.
std::optional<Level> level_of_phrase(std::string_view line, std::size_t begin, std::size_t end,
                                     std::size_t from);

}  // namespace log_analysis
