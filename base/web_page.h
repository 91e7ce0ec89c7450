// A page for a browser that may do nothing but be shown: its style sheet is the only inline content allowed,
// by its hash.
#pragma once

#include <string>
#include <string_view>

#include "base/http.h"

namespace base::http {

enum class Forms { kNone, kToThisServer };

// A Content-Security-Policy. `style` is what stands between <style> and </style>, byte for byte.
std::string page_policy(std::string_view style, Forms forms = Forms::kNone);
Response html_page(int status, std::string body, std::string_view style, Forms forms = Forms::kNone);

}  // namespace base::http
