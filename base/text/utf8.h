// Validates and repairs untrusted UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace base {

// The offset of the first byte that is not part of well-formed UTF-8 (no overlong forms, no surrogates,
// nothing above U+10FFFF); npos when there is none.
std::size_t first_invalid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return first_invalid_utf8(text) == std::string_view::npos; }

// Replaces every byte that is not part of well-formed UTF-8 by U+FFFD.
std::string repair_utf8(std::string_view text);

// Makes untrusted text safe for multi-line output: valid UTF-8, line breaks as \n, and ? for each invisible
// character that changes what is shown (controls, bidirectional marks, invisible marks).
std::string printable(std::string_view text);

// The same for one line: line breaks and tabs become spaces. Text longer than `max_bytes` is cut and gets an
// ellipsis.
std::string one_line(std::string_view text, std::size_t max_bytes);

// Makes untrusted text safe for quoting in a message: as one line, with ? for line breaks and tabs too.
std::string excerpt(std::string_view text, std::size_t max_bytes = 80);

}  // namespace base
