// The overload counters of the healer's HTTP server, as metrics.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/http/server/counts.h"

namespace healer {

std::vector<prometheus::MetricFamily> http_families(const base::http::ServerCounts& counts);

}  // namespace healer
