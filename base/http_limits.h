// What one HTTP server lets its clients take.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace base::http {

struct Limits {
  std::size_t header_bytes = 16 * 1024;           // request line (at most 8000) and headers; more: 431
  std::size_t body_bytes = 4 * 1024 * 1024;       // more, by Content-Length: 413. No length (chunked): 411
  std::size_t buffered_bytes = 64 * 1024 * 1024;  // of all connections together; more: 503
  std::size_t connections = 512;                  // further ones: the longest idle is closed, else 503
  Duration request = std::chrono::seconds(10);    // from the first byte of a request to the last byte of its
                                                  // answer (a handler's own time is not counted); a new
                                                  // connection's first byte must come as soon
  Duration idle = std::chrono::seconds(120);      // between requests of one connection
  int workers = 4;                                // threads that run handlers
};

}  // namespace base::http
