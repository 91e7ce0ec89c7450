// Parses the head of a request. Stricter than RFC 9112 requires, so that two parsers cannot interpret it
// differently (request smuggling).
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"

namespace base::http {

struct Head {
  std::string method;
  std::string target;  // path and query; percent-encoding valid, no dot segments, no control characters
  Headers headers;
  std::size_t size = 0;  // bytes on the wire, with the empty line
  std::size_t body_size = 0;
  bool keep_alive = true;
  bool http_1_0 = false;
  bool expects_continue = false;
  bool accepts_gzip = false;
};

// Why a request is refused. The connection is closed after the response.
struct Refusal {
  int status = 400;
  std::string message;
};

// Reads the head at the beginning of `received`; nullopt when it is not complete yet. A head larger than
// `max_bytes` is refused as soon as it exceeds that.
std::expected<std::optional<Head>, Refusal> read_head(std::string_view received, std::size_t max_bytes);

}  // namespace base::http
