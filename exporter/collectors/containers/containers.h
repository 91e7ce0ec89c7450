// Containers of a Docker Engine: every declared one, present or not, and every other one that it has.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exporter/collectors/containers/container_env.h"
#include "exporter/collectors/containers/container_images.h"
#include "exporter/collectors/containers/engine.h"
#include "exporter/collectors/last_good.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

// What is known of one container. When its inspection fails, its last inspection is shown for three intervals
// while its state in the list is unchanged (kMemory); otherwise only that state is known (kList).
struct Seen {
  enum class From { kInspection, kMemory, kList };

  base::docker::Container container;
  From from = From::kInspection;

  bool known() const { return from != From::kList; }
};

// The families of the containers in `seen`. Pure.
std::vector<prometheus::MetricFamily> container_metrics(const std::vector<Seen>& seen,
                                                        const std::vector<std::string>& declared,
                                                        const ContainerCounters& counters);

class ContainersCollector final : public Collector {
 public:
  struct Options {
    std::vector<std::string> declared;
    RequiredEnv env = {};
    bool all = true;                                                  // also containers that are not declared
    base::Duration inspect_timeout = std::chrono::milliseconds(800);  // of one container
    base::Duration holds = std::chrono::seconds(15);  // how long an inspection or the list may be used
  };
  ContainersCollector(Options options, std::unique_ptr<Engine> engine, const Shared& shared);

  std::string_view name() const override { return "containers"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;

 private:
  base::Result<std::vector<Seen>> look(base::Deadline deadline);
  Seen without_answer(const base::docker::Summary& summary) const;
  prometheus::MetricFamily environment(const std::vector<Seen>& seen) const;
  // The engine's images are listed once a minute.
  prometheus::MetricFamily images(const std::vector<Seen>& seen, base::Deadline deadline);

  Options options_;
  std::unique_ptr<Engine> engine_;
  Shared shared_;
  std::set<std::string> slow_;               // ids whose last inspection hung: they are inspected last
  LastGood<base::docker::Container> known_;  // by id
  std::vector<base::docker::Image> images_;
  std::optional<base::MonoTime> images_asked_;
};

CollectorFactory read_containers(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> container_families();

}  // namespace exporter::collectors
