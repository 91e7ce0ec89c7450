// Removes terminal escape sequences and leftovers of broken files from a line.
#pragma once

#include <string>
#include <string_view>

namespace log_analysis {

// `line` without a trailing '\r', leading NULs (from a hole in the file) and ANSI escape sequences. Returns a
// view into `scratch` if there is such a sequence, else into `line`.
std::string_view clean(std::string_view line, std::string& scratch);

}  // namespace log_analysis
