// Resource limits of one HTTP server.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "base/os/clock.h"

namespace base::http {

struct Head;

struct Limits {
  std::size_t header_bytes = 16 * 1024;      // request line (at most 8000) and headers; more: 431
  std::size_t body_bytes = 4 * 1024 * 1024;  // more, by Content-Length: 413. No length (chunked): 411
  std::size_t buffered_bytes =
      64 * 1024 * 1024;                         // of all connections together; above it the oldest unfinished
                                                // ones with large buffers are closed, then requests get 503
  std::size_t connections = 512;                // above it a new one replaces another:
                                                // base/http/server/eviction.h
  Duration request = std::chrono::seconds(10);  // from the first byte of a request to the last byte of its
                                                // response (a handler's own time is not counted); a new
                                                // connection's first byte must come as soon. A body that is
                                                // streamed has as long for each piece
  Duration idle = std::chrono::seconds(120);    // between requests of one connection
  int workers = 4;                              // threads that run the handlers of the ordinary lane
  std::size_t queue = 64;                       // requests that wait for them; more: 503
  std::size_t streams = 64;                     // bodies that are streamed at once; more: 503

  // Decides by the head which requests may have larger bodies. Called by the loop: must not block.
  std::size_t large_body_bytes = 0;
  std::function<bool(const Head&)> may_send_large_body{};

  std::size_t body_bytes_of(const Head& head) const {
    return may_send_large_body && may_send_large_body(head) ? large_body_bytes : body_bytes;
  }
};

}  // namespace base::http
