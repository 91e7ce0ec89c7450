// What HTTP messages look like to a handler or a caller.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;
};

Response text(int status, std::string body);
// {"status":"error","error":"…"}: the shape of every error of our APIs.
Response json_error(int status, std::string_view message);
// `body` is a JSON text.
Response json(int status, std::string body);

}  // namespace base::http
