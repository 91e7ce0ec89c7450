#include "exporter/collectors/table.h"

#include "exporter/collectors/containers/container_usage.h"
#include "exporter/collectors/containers/containers.h"
#include "exporter/collectors/host/host.h"
#include "exporter/collectors/subsystems/integrity.h"
#include "exporter/collectors/subsystems/subsystems.h"
#include "exporter/probes/collector.h"
#include "exporter/tail/collector.h"

namespace exporter {

const std::vector<Entry>& collector_table() {
  static const std::vector<Entry> table{
      {"containers", collectors::read_containers, collectors::container_families},
      {"container_usage", collectors::read_container_usage, collectors::container_usage_families, false,
       true},
      {"host", collectors::read_host, collectors::host_families, false, false},
      {"integrity", collectors::read_integrity, collectors::integrity_families, false, false},
      {"logs", tail::read_logs, tail::log_families, true, true},
      {"probes", probes::read_probes, probes::probe_families, true, false},
      {"subsystems", collectors::read_subsystems, collectors::subsystem_families, true, false},
  };
  return table;
}

Timing read_timing(const base::yaml::Node& node, const Timing& defaults) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  Timing timing = defaults;
  timing.interval = node.optional("interval").duration(defaults.interval, milliseconds(100), hours(24));
  timing.timeout = node.optional("timeout").duration(defaults.timeout, milliseconds(10), hours(1));
  return timing;
}

}  // namespace exporter
