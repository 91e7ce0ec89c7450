// Subsystems: their declarations in subsystems.yml, and the facts of each that are read from files.
//
// The sources of each subsystem are read at its cadence, and those of a state file that changed at once. What
// is shown of the others is from their last read.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/collectors/subsystems/state_file.h"
#include "exporter/collectors/subsystems/subsystem_sources.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

class SubsystemsCollector final : public Collector {
 public:
  struct FileSet {
    std::string name;
    std::vector<std::pair<std::string, bool>> files;  // path, and whether it exists
  };

  // The references of `shared` must outlive it.
  SubsystemsCollector(std::vector<base::Subsystem> subsystems, SourcesBySubsystem sources,
                      const Cadence& cadence, const Shared& shared);

  std::string_view name() const override { return "subsystems"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;
  // Reads every source, whether it is due or not.
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override;
  std::optional<base::MonoTime> next_due() const override { return schedule_.next(); }

  // These state files changed: the next run reads them. None: any may have changed. Thread-safe.
  void note_changed(const std::set<std::string>& state_files);

 private:
  struct Reading {  // of one subsystem, as of its last read
    std::optional<StateFacts> state;
    std::vector<FileSet> file_sets;
  };

  base::Result<std::vector<prometheus::MetricFamily>> run(bool all);
  Reading read(const std::string& subsystem, const Sources& sources);
  void tell(const std::string& subsystem, const std::string& problem);

  const std::vector<base::Subsystem> subsystems_;
  const SourcesBySubsystem sources_;
  const Cadence cadence_;
  const Shared shared_;
  CadenceSchedule schedule_;
  std::map<std::string, StateFileReader> readers_;  // by subsystem
  std::map<std::string, Reading> readings_;         // by subsystem
  std::map<std::string, std::string> problems_;     // by subsystem; each is logged once

  std::mutex changed_mutex_;
  std::set<std::string> changed_;  // subsystems
};

CollectorFactory read_subsystems(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> subsystem_families();

}  // namespace exporter::collectors
