// What App would share with collectors, for tests of one of them.
#pragma once

#include "exporter/collectors/table.h"
#include "exporter/tail/engine.h"

namespace tests {

struct SharedState {
  explicit SharedState(const base::Clock& time)
      : logs(time), shared{time, counters, containers, probes, logs, checks} {}

  exporter::collectors::ContainerCounters counters;
  exporter::collectors::ContainerList containers;
  exporter::probes::ProbeStatus probes;
  exporter::tail::Engine logs;
  exporter::CheckDurations checks;
  exporter::Shared shared;
};

}  // namespace tests
