// CPU and memory of running containers. A separate collector, so that the engine's slow statistics do not
// delay the facts about the containers' states.
#pragma once

#include <memory>
#include <string>

#include "exporter/collectors/containers/cgroup.h"
#include "exporter/collectors/containers/engine.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

// Reads the control group's files where possible, else the engine's statistics. A container for which both
// fail is absent.
class ContainerUsageCollector final : public Collector {
 public:
  ContainerUsageCollector(CgroupRoots roots, std::unique_ptr<Engine> engine, const Shared& shared);

  std::string_view name() const override { return "container_usage"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;

 private:
  std::optional<Usage> read(const base::docker::Container& container, base::Deadline deadline) const;

  CgroupRoots roots_;
  std::unique_ptr<Engine> engine_;
  Shared shared_;
};

CollectorFactory read_container_usage(const base::yaml::Node& node,
                                      const CollectorContext& collector_context);
std::vector<Family> container_usage_families();

}  // namespace exporter::collectors
