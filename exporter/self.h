// What the exporter says of itself.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/clock.h"
#include "exporter/family.h"

namespace exporter {

// What came of reading the configuration.
struct ReloadState {
  bool last_successful = true;
  base::WallTime last_success{};
};

std::vector<prometheus::MetricFamily> self_metrics(const ReloadState& reload);
std::vector<Family> self_families();

}  // namespace exporter
