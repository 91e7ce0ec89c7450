// Which handler answers a request.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"
#include "base/http/server/lanes.h"

namespace base::http {

using Handler = std::function<Response(const Request&)>;
// Chooses a lane by the raw query string.
using ChooseLane = std::function<Lane(std::string_view query)>;

// Set up by one thread, then read-only and thread-safe.
class Router {
 public:
  // `path` is exact, or has `*` for whole segments. An exact segment wins over a `*` when both match. `lane`:
  // which threads run the handler; empty: lane 0.
  void add(const std::string& method, const std::string& path, Handler handler, ChooseLane lane = {});
  void before(std::function<std::optional<Response>(const Request&)> filter) { filter_ = std::move(filter); }

  // The lane of a request, by its method and raw target.
  Lane lane(std::string_view method, std::string_view target) const;
  // The lane of requests whose raw path matches no route: unknown or percent-encoded. Default: lane 0.
  void set_other_lane(Lane lane) { other_lane_ = lane; }
  // The response of the filter or the handler, or 404 or 405. 500 if the handler throws, which is logged
  // without the body; 503 when out of memory.
  Response answer(Request& request) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    Handler handler;
    ChooseLane lane;
  };

  Response dispatch(Request& request) const;

  std::vector<Route> routes_;
  Lane other_lane_ = 0;
  std::function<std::optional<Response>(const Request&)> filter_;
};

}  // namespace base::http
