// HTTP requests and responses as handlers and callers see them.
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

// A body that is too large for memory. The server reads it in pieces, as fast as the client receives them.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Size of the whole body in bytes; never changes.
  virtual std::size_t size() const = 0;
  // Returns the next bytes, at least one and at most `most`, until `size` bytes were returned. May block. One
  // call at a time, from changing threads. An error closes the connection.
  virtual Result<std::string> next(std::size_t most) = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;
  std::shared_ptr<BodyStream> stream = nullptr;  // replaces `body`; not compressed
};

Response text(int status, std::string body);
// {"status":"error","error":"…"}: the format of all API errors.
Response json_error(int status, std::string_view message);
// `body` is a JSON text.
Response json(int status, std::string body);

}  // namespace base::http
