// What App would share with collectors, for tests of one of them.
#pragma once

#include "exporter/collectors/table.h"

namespace tests {

struct SharedState {
  explicit SharedState(const base::Clock& time) : shared{time, counters, containers, probes} {}

  exporter::collectors::ContainerCounters counters;
  exporter::collectors::ContainerList containers;
  exporter::probes::Board probes;
  exporter::Shared shared;
};

}  // namespace tests
