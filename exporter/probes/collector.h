// The collector "probes": the state of all probes, each as of its newest run.
#pragma once

#include <string_view>
#include <vector>

#include "exporter/collectors/table.h"
#include "exporter/probes/config.h"
#include "exporter/probes/probe_scheduler.h"

namespace exporter::probes {

class ProbesCollector final : public Collector {
 public:
  // `run_soon` is called whenever a probe has finished a run.
  ProbesCollector(Config config, ProbeStatus& probe_status, CheckDurations& checks, const base::Clock& clock,
                  std::function<void()> run_soon);
  ~ProbesCollector() override;

  std::string_view name() const override { return "probes"; }
  // Returns the current state; runs no probe.
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;
  // Runs every probe now. An error names those that have not finished by the deadline; they continue.
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override;

 private:
  std::vector<ScheduledProbe> duties();
  void note_duration(const std::string& probe, const Observation& seen);

  const Config config_;
  ProbeStatus& probe_status_;
  CheckDurations& checks_;
  const ProbeStatus::Generation generation_;
  ProbeScheduler scheduler_;
};

// The families of the probes. `states` has one entry for each of `probes`. A probe has no series before its
// first run. Once its state is three intervals old, only the time of its last run is left.
std::vector<prometheus::MetricFamily> probe_metrics(const std::vector<Probe>& probes,
                                                    const std::vector<ProbeScheduler::State>& states);

CollectorFactory read_probes(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> probe_families();

}  // namespace exporter::probes
