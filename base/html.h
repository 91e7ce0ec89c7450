// Text from outside in an HTML page.
#pragma once

#include <string>
#include <string_view>

namespace base {

// Fit for an element's content and for a quoted attribute: what would be markup is shown instead.
std::string escape_html(std::string_view text);

}  // namespace base
