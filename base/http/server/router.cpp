#include "base/http/server/router.h"

#include <algorithm>
#include <exception>
#include <new>
#include <set>

#include "base/log.h"

namespace base::http {
namespace {

constexpr std::string_view kAny = "*";

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  for (;;) {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash);
  }
}

// The text of the `*` segments, or nullopt when it is another path.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> captures;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == kAny && !path[i].empty()) {
      captures.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return captures;
}

// A `*` of the route stands for a whole segment.
bool same_path(std::string_view route, std::string_view path) {
  while (!route.empty() && !path.empty()) {
    const auto route_end = route.find('/', 1);
    const auto path_end = path.find('/', 1);
    const std::string_view segment = route.substr(0, route_end);
    if (segment != "/*" && segment != path.substr(0, path_end)) return false;
    route.remove_prefix(std::min(route_end, route.size()));
    path.remove_prefix(std::min(path_end, path.size()));
  }
  return route.empty() && path.empty();
}

}  // namespace

void Router::add(const std::string& method, const std::string& path, Handler handler, ChooseLane lane) {
  routes_.push_back({.method = method,
                     .path = path,
                     .segments = split(path),
                     .handler = std::move(handler),
                     .lane = std::move(lane)});
}

Lane Router::lane(std::string_view method, std::string_view target) const {
  const auto mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  if (method == "HEAD") method = "GET";
  for (const Route& route : routes_) {
    if (route.method == method && same_path(route.path, path)) return route.lane ? route.lane(query) : 0;
  }
  return other_lane_;
}

Response Router::answer(Request& request) const {
  std::string thrown;
  try {
    return dispatch(request);
  } catch (const std::bad_alloc&) {
    log::error("out of memory while handling an HTTP request",
               {{"method", request.method}, {"path", request.path}});
    auto response = json_error(503, "out of memory");
    response.headers.emplace("Retry-After", "1");
    return response;
  } catch (const std::exception& exception) {
    thrown = exception.what();
  } catch (...) {
    thrown = "unknown exception";
  }
  log::error("HTTP handler failed", {{"method", request.method}, {"path", request.path}, {"error", thrown}});
  return json_error(500, "internal error");
}

Response Router::dispatch(Request& request) const {
  if (filter_) {
    if (auto response = filter_(request)) return *response;
  }
  const auto path = split(request.path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const Route* chosen = nullptr;
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    auto captures = match(route.segments, path);
    if (!captures) continue;
    allowed.insert(route.method);
    if (route.method != method || (chosen && captures->size() >= request.captures.size())) continue;
    chosen = &route;
    request.captures = std::move(*captures);
  }
  if (chosen) return chosen->handler(request);
  if (allowed.empty()) return json_error(404, "no such path");

  if (allowed.contains("GET")) allowed.insert("HEAD");
  Response response = json_error(405, "method not allowed for this path");
  response.headers.emplace("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return response;
}

}  // namespace base::http
