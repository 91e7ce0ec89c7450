// The collector "probes": what the probes saw, each as of its own newest run.
#pragma once

#include <string_view>
#include <vector>

#include "exporter/collectors/table.h"
#include "exporter/probes/config.h"
#include "exporter/probes/crew.h"

namespace exporter::probes {

class ProbesCollector final : public Collector {
 public:
  // `run_soon` is called whenever a probe has answered.
  ProbesCollector(Config config, Board& board, const base::Clock& clock, std::function<void()> run_soon);
  ~ProbesCollector() override;

  std::string_view name() const override { return "probes"; }
  // What is known; runs no probe.
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;
  // Runs every probe now. An error names those that have not answered by the deadline; they go on.
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override;

 private:
  std::vector<Duty> duties();

  const Config config_;
  Board& board_;
  const Board::Generation generation_;
  Crew crew_;
};

// The families of probes in these states, of which there is one for each of `probes`. Before a probe's first
// run it has no series; once what was seen is three intervals old, only the time of its last run is left.
std::vector<prometheus::MetricFamily> probe_metrics(const std::vector<Probe>& probes,
                                                    const std::vector<Crew::State>& states);

Blueprint read_probes(const base::yaml::Node& node, const Surroundings& surroundings);
std::vector<Family> probe_families();

}  // namespace exporter::probes
