#include "exporter/web/web.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "base/http/web/web_page.h"
#include "base/log.h"
#include "base/os/shared_runs.h"
#include "base/text/exposition.h"
#include "exporter/self.h"
#include "exporter/tail/api.h"
#include "exporter/web/status_page.h"

namespace exporter {
namespace {

// Each lane has its own threads, so that none waits for another. Scrapes and health checks:
constexpr int kScrapeWorkers = 4;
constexpr std::size_t kMostScrapes = 256;
// A refresh waits for runs that it shares with concurrent refreshes; a reload waits for the previous reload.
constexpr int kWaitingWorkers = 32;
constexpr std::size_t kMostWaiting = 64;
// Pages and log events, which may be large, so only few at a time.
constexpr int kWorkers = 4;

constexpr base::Duration kReloadEvery = std::chrono::seconds(1);

base::http::Response metrics(const App& app, const base::http::ServerCounts& counts) {
  return {.status = 200,
          .content_type = std::string(base::kExpositionContentType),
          .body = app.metrics() + base::expose(web_metrics(counts)),
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
  // An engine's error text need not be UTF-8.
  const nlohmann::json answer{{"status", "success"}, {"data", std::move(data)}};
  return base::http::json(200, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

base::http::Response reload(App& app) {
  const auto loaded = app.load();
  if (loaded) {
    base::log::info("configuration reloaded");
    return base::http::text(200, "");
  }
  base::log::error("failed to reload the configuration; the previous one stays in use",
                   {{"problems", loaded.error().message}});
  return base::http::text(500, loaded.error().message + "\n");
}

}  // namespace

base::http::Limits web_limits() {
  base::http::Limits limits;
  limits.workers = kWorkers;
  limits.queue = kMostWaiting;
  limits.body_bytes = 64 * 1024;
  return limits;
}

void add_routes(base::http::Server& server, App& app) {
  using base::http::Request;
  // The pages only use GET, and no request here has a body.
  server.set_site_rules({.local_names_only = true, .no_form_bodies = true});
  const auto scrapes = server.add_lane(kScrapeWorkers, kMostScrapes);
  const auto waiting = server.add_lane(kWaitingWorkers, kMostWaiting);
  server.set_other_lane(waiting);
  server.handle(
      "GET", "/metrics", [&app, &server](const Request&) { return metrics(app, server.counts()); }, scrapes);
  server.handle(
      "GET", "/-/healthy",
      [](const Request&) { return base::http::text(200, "salus-exporter is healthy.\n"); }, scrapes);
  server.handle(
      "GET", "/-/ready",
      [&app](const Request&) {
        return app.ready() ? base::http::text(200, "salus-exporter is ready.\n")
                           : base::http::text(503, "salus-exporter is starting.\n");
      },
      scrapes);
  server.handle("GET", "/", [&app](const Request&) {
    return base::http::html_page(200, landing_page(app.views(), app.subsystems(), app.probes()),
                                 landing_style());
  });
  tail::add_log_routes(server, app.recent_events(), app.log_sources(), app.clock());
  const auto reloads = std::make_shared<base::SharedRuns<base::http::Response>>(kReloadEvery, app.clock());
  server.handle(
      "POST", "/-/reload",
      [&app, reloads](const Request&) { return reloads->run([&app] { return reload(app); }); }, waiting);
  server.handle(
      "POST", "/api/v1/refresh", [&app](const Request& request) { return refresh(app, request); }, waiting);
}

}  // namespace exporter
