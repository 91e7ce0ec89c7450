// HTML pages that may only be displayed: the style sheet is the only allowed inline content, identified by
// its hash.
#pragma once

#include <string>
#include <string_view>

#include "base/http/http.h"

namespace base::http {

enum class Forms { kNone, kToThisServer };

// A Content-Security-Policy. `style` is the exact text between <style> and </style>.
std::string page_policy(std::string_view style, Forms forms = Forms::kNone);
Response html_page(int status, std::string body, std::string_view style, Forms forms = Forms::kNone);

}  // namespace base::http
