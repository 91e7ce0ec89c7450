// Parses a response as it arrives, without a socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/http/http.h"
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
  bool blank_ = true;  // the trailer line is empty so far
};

// Parses one HTTP/1.1 or HTTP/1.0 response. Interim responses (100 Continue) are skipped.
class ResponseReader {
 public:
  // `to_head`: the request was a HEAD, so that the response has no body.
  explicit ResponseReader(bool to_head = false) : to_head_(to_head) {}

  // Appends the part of the body that is in `bytes` to `to`. An error when the response is not HTTP, or when
  // its head or the framing between two pieces of its body is larger than 64 KiB.
  Result<> push(std::string_view bytes, std::string& to);
  // 0 until the head has arrived.
  int status() const { return status_; }
  const Headers& headers() const { return headers_; }
  bool complete() const { return status_ != 0 && (chunked_ ? chunks_.done() : sized_ && left_ == 0); }
  // Whether the response has no length: the end of the connection is its end.
  bool ends_with_connection() const { return status_ != 0 && !chunked_ && !sized_; }

 private:
  Result<> take(std::string_view bytes, std::string& to);
  Result<> take_head(std::string_view head);
  Result<> take_framing();

  bool to_head_;
  std::string head_;       // received so far
  std::size_t frame_ = 0;  // bytes since the last piece of the body
  int status_ = 0;
  Headers headers_;
  bool chunked_ = false;
  bool sized_ = false;
  std::size_t left_ = 0;  // bytes left of a body with Content-Length
  ChunkDecoder chunks_;
};

}  // namespace base::http
