// Which handler answers a request.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/http.h"

namespace base::http {

using Handler = std::function<Response(const Request&)>;

// Set up by one thread, then read by many.
class Router {
 public:
  // `path` is exact, or has `*` for whole segments. An exact segment wins over a `*` when both match.
  void add(const std::string& method, const std::string& path, Handler handler);
  void before(std::function<std::optional<Response>(const Request&)> filter) { filter_ = std::move(filter); }

  // The filter's, the handler's, or a 404 or 405; 500 for what a handler throws, which is logged without the
  // body.
  Response answer(Request& request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };

  Response dispatch(Request& request) const;

  std::vector<Route> routes_;
  std::function<std::optional<Response>(const Request&)> filter_;
};

}  // namespace base::http
