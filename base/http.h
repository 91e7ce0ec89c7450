// What HTTP messages look like to a handler or a caller.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base::http {

struct CaseInsensitiveLess {
  bool operator()(const std::string& a, const std::string& b) const;
};
using Headers = std::multimap<std::string, std::string, CaseInsensitiveLess>;

struct Request {
  std::string method;
  std::string path;                               // decoded, without the query
  std::multimap<std::string, std::string> query;  // decoded
  Headers headers;
  std::string body;
  std::string remote_address;
  std::vector<std::string> captures;  // of the route's `*` segments, in order

  std::optional<std::string> header(const std::string& name) const;
  std::optional<std::string> parameter(const std::string& name) const;
};

// A body that is too large to hold in memory: the server asks for it piece by piece, as fast as the client
// reads.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Of the whole body; never changes.
  virtual std::size_t size() const = 0;
  // The next bytes, at least one and at most `most`, until `size` bytes were given. May block. One call at a
  // time, not always from the same thread. An error ends the connection.
  virtual Result<std::string> next(std::size_t most) = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;
  std::shared_ptr<BodyStream> stream = nullptr;  // in place of `body`; it is not compressed
};

Response text(int status, std::string body);
// {"status":"error","error":"…"}: the shape of every error of our APIs.
Response json_error(int status, std::string_view message);
// `body` is a JSON text.
Response json(int status, std::string body);

}  // namespace base::http
