// An endless answer, taken piece by piece by a caller that follows many of them on one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "base/url.h"

namespace base::http {

// Undoes the chunked transfer coding (RFC 9112 7.1), cut anywhere. Trailers are skipped.
class ChunkDecoder {
 public:
  // Appends what `bytes` carries to `to`. An error: this is no chunked body.
  Result<> push(std::string_view bytes, std::string& to);
  // The last chunk has come. What is pushed after it is ignored.
  bool done() const { return at_ == At::kDone; }

 private:
  enum class At { kSize, kExtension, kData, kDataEnd, kTrailer, kDone };
  Result<> step(char c);

  At at_ = At::kSize;
  std::size_t left_ = 0;  // of the chunk
  int digits_ = 0;
  std::size_t line_ = 0;  // bytes of the trailer line
};

// One GET over TCP or a Unix socket. Not thread-safe; no other than open() blocks.
class Stream {
 public:
  // Connects and sends the request, by `deadline`. `path_and_query` is percent-encoded. An error names the
  // URL without its query. https is refused.
  static Result<Stream> open(const BaseUrl& url, const std::string& path_and_query, Deadline deadline);

  enum class State {
    kOpen,   // more may come
    kEnded,  // the answer is complete
    kCut,    // the connection ended before the answer did
  };
  // Appends to `to` what has arrived of the body, at most about `max_bytes` of it. An error: the answer is
  // not HTTP. For a status other than 200 the body is a message.
  Result<State> read(std::string& to, std::size_t max_bytes);
  // 0 while the head has not come.
  int status() const { return status_; }

 private:
  Stream(Descriptor socket, std::string what) : socket_(std::move(socket)), what_(std::move(what)) {}
  Result<> take(std::string_view bytes, std::string& to);
  Result<> take_head(std::string_view head);
  bool complete() const;

  Descriptor socket_;
  std::string what_;  // GET and the URL, for errors
  std::string head_;  // as far as it has come
  int status_ = 0;
  bool chunked_ = false;
  bool sized_ = false;
  std::size_t left_ = 0;  // of a sized body
  ChunkDecoder chunks_;
};

}  // namespace base::http
