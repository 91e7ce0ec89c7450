// A streaming response that a caller reads piece by piece, so that one thread can follow many of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace base::http {

// Decodes the chunked transfer coding (RFC 9112 7.1) from arbitrary pieces. Trailers are skipped.
class ChunkDecoder {
 public:
  // Appends the decoded content of `bytes` to `to`. An error when the coding is invalid.
  Result<> push(std::string_view bytes, std::string& to);
  // The last chunk has arrived. Later input is ignored.
  bool done() const { return at_ == At::kDone; }

 private:
  enum class At { kSize, kExtension, kData, kDataEnd, kTrailer, kDone };
  Result<> step(char c);

  At at_ = At::kSize;
  std::size_t left_ = 0;  // bytes left in the chunk
  int digits_ = 0;
  std::size_t line_ = 0;  // bytes of the trailer line
};

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
  int status() const { return status_; }

 private:
  Stream(Descriptor socket, std::string what) : socket_(std::move(socket)), what_(std::move(what)) {}
  Result<> take(std::string_view bytes, std::string& to);
  Result<> take_head(std::string_view head);
  bool complete() const;

  Descriptor socket_;
  std::string what_;  // GET and the URL, for errors
  std::string head_;  // received so far
  int status_ = 0;
  bool chunked_ = false;
  bool sized_ = false;
  std::size_t left_ = 0;  // bytes left of a body with Content-Length
  ChunkDecoder chunks_;
};

}  // namespace base::http
