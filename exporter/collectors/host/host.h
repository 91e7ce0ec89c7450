// The machine: CPU, memory, load, file systems, connections, pressure, open files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/collectors/host/mounts.h"
#include "exporter/collectors/last_good.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

class HostCollector final : public Collector {
 public:
  struct Options {
    std::string procfs = "/proc";
    std::vector<std::string> mountpoints;  // empty: every one with data
    base::Duration mount_timeout = std::chrono::milliseconds(500);
    base::Duration holds =
        std::chrono::seconds(30);  // how long the last known space of a hanging mount is shown
    double ticks_per_second = 100;
  };
  HostCollector(Options options, const base::Clock& clock, MountSpaces::Ask ask = MountSpaces::statvfs_space);

  std::string_view name() const override { return "host"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;

 private:
  std::vector<std::string> mountpoints() const;
  void add_filesystems(std::vector<prometheus::MetricFamily>& families, base::Deadline deadline);
  void add_memory_and_load(std::vector<prometheus::MetricFamily>& families) const;
  void add_connections(std::vector<prometheus::MetricFamily>& families) const;
  void add_pressure(std::vector<prometheus::MetricFamily>& families) const;
  void add_file_descriptors(std::vector<prometheus::MetricFamily>& families) const;
  base::Result<std::string> read(std::string_view file) const;

  Options options_;
  const base::Clock& clock_;
  MountSpaces spaces_;
  LastGood<Space> known_;  // by mount point
};

// Whether a file system of this type has data that can run out of space.
bool holds_data(std::string_view mountpoint, std::string_view type);

CollectorFactory read_host(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> host_families();

}  // namespace exporter::collectors
