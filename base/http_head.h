// The head of a request: what is on the wire, checked more strictly than it needs to be read, so that no two
// readers of it can disagree. Format: RFC 9112.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"

namespace base::http {

struct Head {
  std::string method;
  std::string
      target;  // from the path's slash on; percent-encoding checked, no dot segments, no control characters
  Headers headers;
  std::size_t size = 0;  // bytes on the wire, with the empty line
  std::size_t body_size = 0;
  bool keep_alive = true;
  bool http_1_0 = false;
  bool expects_continue = false;
  bool accepts_gzip = false;
};

// Why a request is not served; its connection is closed after the answer.
struct Refusal {
  int status = 400;
  std::string message;
};

// Reads the head at the beginning of `received`; nullopt when it is not complete yet. A head larger than
// `max_bytes` is refused as soon as that is known.
std::expected<std::optional<Head>, Refusal> read_head(std::string_view received, std::size_t max_bytes);

}  // namespace base::http
