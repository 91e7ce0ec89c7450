#include "base/http_router.h"

#include <exception>
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

}  // namespace

void Router::add(const std::string& method, const std::string& path, Handler handler) {
  routes_.push_back({.method = method, .segments = split(path), .handler = std::move(handler)});
}

Response Router::answer(Request& request) const {
  std::string thrown;
  try {
    return dispatch(request);
  } catch (const std::exception& exception) {
    thrown = exception.what();
  } catch (...) {
    thrown = "not a std::exception";
  }
  log::error("an HTTP handler threw",
             {{"method", request.method}, {"path", request.path}, {"error", thrown}});
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
  Response response = json_error(405, "this path does not take this method");
  response.headers.emplace("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return response;
}

}  // namespace base::http
