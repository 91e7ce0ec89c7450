// Serializes a response: status line, headers, body.
#pragma once

#include <string>
#include <string_view>

#include "base/http/head.h"
#include "base/http/http.h"

namespace base::http {

// Default security headers of every response, unless the handler or the web configuration overrides them: no
// scripts, no loading, no frames, no content sniffing.
inline constexpr std::string_view kNothingAllowed = "default-src 'none'; frame-ancestors 'none'";
void add_security_headers(Headers& headers);

// The whole response, or only its head when `response` streams its body or the request was HEAD. Compresses
// text if the client accepts it; adds the security and connection headers.
std::string answer_bytes(Response response, const Head& request);

// The whole response to a refused request, with `Connection: close`; a 503 also has Retry-After.
std::string refusal_answer(const Refusal& refusal);

// A constant response for when there is no memory to build one.
std::string_view out_of_memory_answer();

}  // namespace base::http
