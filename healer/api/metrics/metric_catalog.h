// The healer's metrics without a running healer, for salusctl check.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace healer {

// Every family that the healer can export except process_*, each with at least one sample, which shows its
// labels. The values have no meaning.
std::vector<prometheus::MetricFamily> specimen_families();

// {"program", "version", "metrics": [{"name", "type", "labels": [...], "help"}]}
std::string describe_metrics_json();

}  // namespace healer
