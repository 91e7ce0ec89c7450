// A line as it is read: without what terminals and broken files add to it.
#pragma once

#include <string>
#include <string_view>

namespace logs {

// `line` without a trailing '\r', the NULs of a hole at its start, and ANSI escape sequences. Into `scratch`
// only when there is such a sequence; otherwise a part of `line`.
std::string_view clean(std::string_view line, std::string& scratch);

}  // namespace logs
