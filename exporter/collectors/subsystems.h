// Subsystems: their declarations in subsystems.yml, and the facts of each that are read from files.
//
// One collector for both cadences: everything is read at the critical one (5 s), which is also often enough
// for the normal one. An unchanged file costs one stat().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collectors/state_file.h"
#include "exporter/collectors/subsystem_sources.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

class SubsystemsCollector final : public Collector {
 public:
  SubsystemsCollector(std::vector<base::Subsystem> subsystems, SourcesBySubsystem sources);

  std::string_view name() const override { return "subsystems"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;

 private:
  void tell(const std::string& subsystem, const std::string& problem);

  std::vector<base::Subsystem> subsystems_;
  SourcesBySubsystem sources_;
  std::map<std::string, StateFileReader> readers_;  // by subsystem
  std::map<std::string, std::string> problems_;     // by subsystem; each is logged once
};

CollectorFactory read_subsystems(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> subsystem_families();

}  // namespace exporter::collectors
