#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"

namespace exporter {

// Reads one source and returns what it found. It keeps no metrics between runs: what has disappeared from the
// source is absent from the next result.
class Collector {
 public:
  virtual ~Collector() = default;
  virtual std::string_view name() const = 0;
  // Reads the source once. One call at a time; returns by `deadline`. Blocks.
  virtual base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) = 0;
  // The same for a caller that needs facts newer than its request. A collector that reads its source in every
  // run need not override it.
  virtual base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) {
    return collect(deadline);
  }
  // When it has something to read next, if that may be before its interval has passed. Called after each run.
  virtual std::optional<base::MonoTime> next_due() const { return std::nullopt; }
};

}  // namespace exporter
