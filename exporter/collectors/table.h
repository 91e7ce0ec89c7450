// The one list of collectors. Adding one is a line in table.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/cadence.h"
#include "exporter/check_durations.h"
#include "exporter/collector.h"
#include "exporter/collectors/containers/container_counters.h"
#include "exporter/collectors/containers/container_list.h"
#include "exporter/family.h"
#include "exporter/probes/probe_status.h"
#include "exporter/schedule.h"
#include "inventory/subsystems.h"

namespace exporter::tail {
class Engine;
}

namespace exporter {

// State that the collectors share and that must outlive a reload of the configuration: App owns each object
// for as long as the exporter runs. A reload builds a changed collector and lets it run once before it stops
// the one that it replaces. Two collectors then use the same object for a short time. So each object is
// thread-safe, uses names of the configuration as keys, and forgets names that are no longer used.
//
// To add one: add a reference here, the object to App (app.h, app.cpp) and to tests/exporter/shared_state.h.
struct Shared {
  const base::Clock& clock;
  collectors::ContainerCounters& counters;
  collectors::ContainerList& containers;
  probes::ProbeStatus& probes;
  tail::Engine& logs;
  CheckDurations& checks;
};

// A collector, read from the configuration and ready to be built.
struct CollectorFactory {
  std::string name;
  Timing timing;
  // `run_soon` asks for a run at once, from any thread.
  std::function<std::unique_ptr<Collector>(const Shared& shared, std::function<void()> run_soon)> build;
  // The text of everything that it was read from: read_config adds the collector's node and the files that
  // the table names. A collector whose text is unchanged keeps running across a reload.
  std::string text{};
};

// What a collector's configuration may refer to.
struct CollectorContext {
  const base::Inventory& inventory;
  std::string docker_host;
  Cadence cadence{};
};

struct Entry {
  std::string_view name;
  // Reads the collector's node, reports its problems, and does no I/O on files or hosts that it names.
  CollectorFactory (*read)(const base::yaml::Node& node, const CollectorContext& collector_context);
  std::vector<Family> (*families)();
  // Whether a change of the inventory or of the Docker host rebuilds the collector.
  bool uses_inventory = true;
  bool uses_docker_host = true;
};

const std::vector<Entry>& collector_table();

// The keys `interval` and `timeout`, which every collector has.
Timing read_timing(const base::yaml::Node& node, const Timing& defaults);

}  // namespace exporter
