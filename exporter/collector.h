#pragma once

#include <prometheus/metric_family.h>

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace exporter {

// Collector reads one source and says what it saw. It keeps no metrics between
// runs: what has gone from the source is gone from the next answer.
class Collector {
 public:
  virtual ~Collector() = default;
  virtual std::string_view name() const = 0;
  // One read of the source. One call at a time; returns by `deadline`. Blocks.
  virtual base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) = 0;
  // The same for somebody who waits for facts newer than his asking. What reads its source in each run has
  // nothing to add.
  virtual base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) {
    return collect(deadline);
  }
};

}  // namespace exporter
