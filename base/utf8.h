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

// What came from outside, fit for one line of a message: UTF-8 without control characters, and where it is
// longer than `max_bytes` cut, with an ellipsis.
std::string excerpt(std::string_view text, std::size_t max_bytes = 80);

}  // namespace base
