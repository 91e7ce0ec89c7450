// The metrics about what trading may do.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "healer/state/snapshot.h"

namespace healer {

// The policy's name, each permission in force, and the causes.
void add_policy_families(std::vector<prometheus::MetricFamily>& families, const View& view);

}  // namespace healer
