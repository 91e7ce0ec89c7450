// The bytes of an answer: status line, headers, body.
#pragma once

#include <string>
#include <string_view>

#include "base/http.h"
#include "base/http_head.h"

namespace base::http {

// What every answer says to a browser unless the handler, or the web configuration, says otherwise: run
// nothing, load nothing, be shown in no frame, guess no type.
inline constexpr std::string_view kNothingAllowed = "default-src 'none'; frame-ancestors 'none'";
void add_security_headers(Headers& headers);

// The whole answer, or its head alone when `response` streams its body or the request was HEAD. Compresses
// text for who accepts it; adds the security headers and what the connection needs.
std::string answer_bytes(Response response, const Head& request);

// The answer to a request that is not served, whole, with `Connection: close`; 503 with Retry-After.
std::string refusal_answer(const Refusal& refusal);

// For when there is no memory to make another.
std::string_view out_of_memory_answer();

}  // namespace base::http
