// The exporter's HTTP interface.
#pragma once

#include "base/http/server/server.h"
#include "exporter/app.h"

namespace exporter {

base::http::Limits web_limits();

// GET /metrics, /-/healthy, /-/ready, /, /api/v1/log-events, /api/v1/log-patterns; POST /-/reload,
// /api/v1/refresh. A scrape waits for none of the others. `app` must outlive the server.
void add_routes(base::http::Server& server, App& app);

}  // namespace exporter
