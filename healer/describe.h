// The healer's metrics without a healer that runs, for programs that have to know them: salusctl check.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace healer {

// Every family the healer can show but process_*, each with one sample at least, so that its labels are
// there. The values mean nothing.
std::vector<prometheus::MetricFamily> specimen_families();

// {"program", "version", "metrics": [{"name", "type", "labels": [...], "help"}]}
std::string describe_metrics_json();

}  // namespace healer
