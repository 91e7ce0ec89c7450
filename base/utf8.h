// UTF-8 from outside: is it, and if not, made so.
#pragma once

#include <string>
#include <string_view>

namespace base {

// The offset of the first byte that does not belong to well-formed UTF-8 (no overlong forms, no
// surrogates, nothing above U+10FFFF); npos when there is none.
std::size_t first_invalid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return first_invalid_utf8(text) == std::string_view::npos; }

// Every byte that does not belong to well-formed UTF-8 becomes U+FFFD.
std::string repair_utf8(std::string_view text);

// What came from outside, fit for text of several lines: UTF-8 whose line breaks are all \n, and with ? in
// place of each character that is not shown but changes what is (controls, directions of writing, invisible
// marks).
std::string printable(std::string_view text);

// The same for one line: line breaks and tabs are spaces. What is longer than `max_bytes` is cut, with an
// ellipsis.
std::string one_line(std::string_view text, std::size_t max_bytes);

// What came from outside, fit for one line of a message: UTF-8 without such characters, with ? in place of
// each, and where it is longer than `max_bytes` cut, with an ellipsis.
std::string excerpt(std::string_view text, std::size_t max_bytes = 80);

}  // namespace base
