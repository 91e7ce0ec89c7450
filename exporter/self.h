// The exporter's metrics about itself.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/http/server/counts.h"
#include "base/os/clock.h"
#include "exporter/family.h"

namespace exporter {

// The outcome of reading the configuration.
struct ReloadState {
  bool last_successful = true;
  base::WallTime last_success{};
};

std::vector<prometheus::MetricFamily> self_metrics(const ReloadState& reload);
// Counters of the HTTP server.
std::vector<prometheus::MetricFamily> web_metrics(const base::http::ServerCounts& counts);
std::vector<Family> self_families();

}  // namespace exporter
