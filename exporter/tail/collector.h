// The metrics of the log sources.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "exporter/collectors/table.h"
#include "exporter/tail/engine.h"

namespace exporter::tail {

class LogsCollector final : public Collector {
 public:
  // Configures the engine, which outlives it. When the last collector is destroyed, all sources end.
  LogsCollector(Engine& engine, EngineSettings settings);
  ~LogsCollector() override;

  std::string_view name() const override { return "logs"; }
  // Writes a checkpoint and shows what is durable then. When the write fails, it shows what was durable
  // before.
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;

 private:
  Engine& engine_;
  std::uint64_t configuration_;
  bool failed_ = false;
  std::map<std::string, std::vector<log_analysis::PatternId>>
      shown_;  // the patterns that have series, by source
};

// `shown`: the patterns that have series, by source. They stay while they are among the 2 * kTopPatterns most
// frequent, so that series do not appear and disappear with every scrape.
std::vector<prometheus::MetricFamily> log_metrics(
    const EngineView& view, std::map<std::string, std::vector<log_analysis::PatternId>>& shown);

CollectorFactory read_logs(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> log_families();

}  // namespace exporter::tail
