#include "exporter/web.h"

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/exposition.h"
#include "base/log.h"
#include "exporter/landing.h"
#include "exporter/tail/api.h"

namespace exporter {
namespace {

// A refresh holds a worker while it waits for runs that it shares with all others who ask at that time, and a
// reload while it waits for those before it. Some workers are always left for scrapes.
constexpr int kWorkers = 64;
constexpr int kMayWait = 56;

base::http::Response metrics(const App& app) {
  return {.status = 200,
          .content_type = std::string(base::kExpositionContentType),
          .body = app.metrics(),
          .headers = {}};
}

base::http::Response refresh(const App& app, const base::http::Request& request) {
  std::vector<std::string> names;
  const auto [first, last] = request.query.equal_range("collector");
  for (auto each = first; each != last; ++each) names.push_back(each->second);
  const auto refreshed = app.refresh(names);
  if (!refreshed) return base::http::json_error(404, refreshed.error().message);

  auto data = nlohmann::json::array();
  for (const auto& [collector, outcome] : *refreshed) {
    data.push_back({{"collector", collector},
                    {"success", outcome.success},
                    {"duration_seconds", std::chrono::duration<double>(outcome.duration).count()},
                    {"began", base::rfc3339(outcome.began)},
                    {"error", outcome.error}});
  }
  // What an engine says in an error need not be UTF-8.
  const nlohmann::json answer{{"status", "success"}, {"data", std::move(data)}};
  return base::http::json(200, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

base::http::Response reload(App& app) {
  const auto loaded = app.load();
  if (loaded) {
    base::log::info("configuration reloaded");
    return base::http::text(200, "");
  }
  base::log::error("configuration refused", {{"problems", loaded.error().message}});
  return base::http::text(500, loaded.error().message + "\n");
}

// A handler that answers 503 while so many requests are with it, and with those that share `waiting`.
base::http::Handler at_most(int limit, std::shared_ptr<std::atomic<int>> waiting,
                            base::http::Handler handler) {
  return [=](const base::http::Request& request) {
    const struct Place {
      std::atomic<int>& count;
      const int taken = ++count;
      ~Place() { --count; }
    } place{*waiting};
    if (place.taken <= limit) return handler(request);
    auto full = base::http::json_error(503, "too many requests are waiting already");
    full.headers.emplace("Retry-After", "1");
    return full;
  };
}

}  // namespace

base::http::Limits web_limits() {
  base::http::Limits limits;
  limits.workers = kWorkers;
  limits.body_bytes = 64 * 1024;
  return limits;
}

void add_routes(base::http::Server& server, App& app) {
  using base::http::Request;
  server.handle("GET", "/metrics", [&app](const Request&) { return metrics(app); });
  server.handle("GET", "/-/healthy",
                [](const Request&) { return base::http::text(200, "salus-exporter is healthy.\n"); });
  server.handle("GET", "/-/ready", [&app](const Request&) {
    return app.ready() ? base::http::text(200, "salus-exporter is ready.\n")
                       : base::http::text(503, "salus-exporter is starting.\n");
  });
  server.handle("GET", "/", [&app](const Request&) {
    return base::http::Response{.status = 200,
                                .content_type = "text/html; charset=utf-8",
                                .body = landing_page(app.views(), app.subsystems(), app.probes()),
                                .headers = {}};
  });
  tail::add_log_routes(server, app.recent_events(), app.log_sources(), app.clock());
  const auto waiting = std::make_shared<std::atomic<int>>(0);
  server.handle("POST", "/-/reload",
                at_most(kMayWait, waiting, [&app](const Request&) { return reload(app); }));
  server.handle("POST", "/api/v1/refresh",
                at_most(kMayWait, waiting, [&app](const Request& request) { return refresh(app, request); }));
}

}  // namespace exporter
