// Escapes untrusted text for an HTML page.
#pragma once

#include <string>
#include <string_view>

namespace base {

// Safe in an element's content and in a quoted attribute: markup characters are escaped.
std::string escape_html(std::string_view text);

}  // namespace base
