// What tasks did and found, as metrics: what ends the alerts that say they are due, and what raises others.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "healer/config.h"
#include "healer/view.h"

namespace healer {

void add_task_families(std::vector<prometheus::MetricFamily>& families, const View& view,
                       const Config& config);

}  // namespace healer
