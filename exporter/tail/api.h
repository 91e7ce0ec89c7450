// GET /api/v1/log-events and /api/v1/log-patterns: the evidence behind the counts.
#pragma once

#include "base/http/server/server.h"
#include "exporter/tail/recent_events.h"
#include "exporter/tail/registry.h"

namespace exporter::tail {

// The responses, as docs/api.md describes them; an invalid parameter is a 400.
base::http::Response log_events(const RecentEvents& recent, const base::http::Request& request);
base::http::Response log_patterns(const Registry& registry, const base::http::Request& request,
                                  base::WallTime now);

// All of it must outlive the server.
void add_log_routes(base::http::Server& server, const RecentEvents& recent, const Registry& registry,
                    const base::Clock& clock);

}  // namespace exporter::tail
