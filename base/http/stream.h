// A streaming response that a caller reads piece by piece, so that one thread can follow many of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/http/response_reader.h"
#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace base::http {

// One GET over TCP or a Unix socket. Not thread-safe; only open() blocks.
class Stream {
 public:
  // Connects and sends the request before `deadline`. `path_and_query` is percent-encoded. An error names the
  // URL without its query. https is not supported.
  static Result<Stream> open(const BaseUrl& url, const std::string& path_and_query, Deadline deadline);

  enum class State {
    kOpen,   // more may come
    kEnded,  // the response is complete
    kCut,    // the connection ended before the response was complete
  };
  // Appends the received part of the body to `to`, at most about `max_bytes`. An error when the response is
  // not HTTP. For a status other than 200 the body is an error message.
  Result<State> read(std::string& to, std::size_t max_bytes);
  // 0 until the head has arrived.
  int status() const { return response_.status(); }

 private:
  Stream(Descriptor socket, std::string what) : socket_(std::move(socket)), what_(std::move(what)) {}

  Descriptor socket_;
  std::string what_;  // GET and the URL, for errors
  ResponseReader response_;
};

}  // namespace base::http
