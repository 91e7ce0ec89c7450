// Runs and results of tasks, as metrics. They end the alerts that a task is due, and raise others.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "healer/config/config.h"
#include "healer/state/snapshot.h"

namespace healer {

void add_task_families(std::vector<prometheus::MetricFamily>& families, const View& view,
                       const Config& config);

}  // namespace healer
