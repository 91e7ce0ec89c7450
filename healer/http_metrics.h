// What the healer's HTTP server counts of its overload, as metrics.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/http_counts.h"

namespace healer {

std::vector<prometheus::MetricFamily> http_families(const base::http::ServerCounts& counts);

}  // namespace healer
