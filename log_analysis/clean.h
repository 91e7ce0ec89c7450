// Removes terminal escape sequences, overwritten text and leftovers of broken files from a line.
#pragma once

#include <string>
#include <string_view>

namespace log_analysis {

// `line` without leading NULs (from a hole in the file), a byte order mark, ANSI escape sequences, colours at
// its start whose escape byte was lost on the way, and the text that a carriage return overwrote: a progress
// bar before the message. Returns a view into `scratch` if there is such a sequence, else into `line`. `line`
// may be in `scratch` only if it is clean.
std::string_view clean(std::string_view line, std::string& scratch);

}  // namespace log_analysis
