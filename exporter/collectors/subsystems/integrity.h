// Files: whether each exists, its size, its age, and whether it matches its manifest.
//
//   integrity:
//     read_mib_per_second: 32     # while files are hashed
//     rehash: 24h                 # unchanged ones, too; 0s: never
//     sources:
//       database:
//         files: {quantum.db: /var/lib/quantum/database/quantum.db}
//       ai_model:
//         manifest: /var/lib/quantum/ai_model/models/MANIFEST
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/collectors/subsystems/manifest_watch.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

struct WatchedFiles {
  std::vector<std::pair<std::string, std::string>> files;  // name, path
  std::string manifest;                                    // its path; empty: none
};

struct IntegrityOptions {
  std::map<std::string, WatchedFiles> sources;  // by subsystem
  std::size_t bytes_per_second = 0;
  base::Duration burst{};                            // how much unused reading time is saved up: the interval
  base::Duration rehash{};                           // zero: never
  std::map<std::string, base::Duration> cadences{};  // by subsystem; without one: read in every run
};

// Looks at the files of each subsystem at its cadence. Hashes files within its run: for at most half of the
// time to the deadline, and at most as many bytes as the rate allows since the last run. The next run
// continues with the rest.
class IntegrityCollector final : public Collector {
 public:
  // Both references must outlive it.
  IntegrityCollector(IntegrityOptions options, CheckDurations& checks, const base::Clock& clock);

  std::string_view name() const override { return "integrity"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override;
  // Looks at all files, whether their subsystem is due or not.
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override;
  std::optional<base::MonoTime> next_due() const override { return schedule_.next(); }

 private:
  base::Result<std::vector<prometheus::MetricFamily>> run(bool all, base::Deadline deadline);
  void look(const std::string& subsystem, const WatchedFiles& watched);
  void verify(base::Deadline deadline);
  void tell(const std::string& subsystem, const ManifestWatch& watch);

  const IntegrityOptions options_;
  CheckDurations& checks_;
  const base::Clock& clock_;
  CadenceSchedule schedule_;
  std::map<std::string, std::vector<std::optional<FileFacts>>> facts_;  // by subsystem, of its `files`
  std::map<std::string, ManifestWatch> manifests_;                      // by subsystem
  std::map<std::string, std::string> problems_;                         // by subsystem; each is logged once
  double allowance_ = 0;                                                // bytes
  base::MonoTime allowed_at_;
  std::size_t turn_ = 0;  // the manifest that is verified first in the next run
};

CollectorFactory read_integrity(const base::yaml::Node& node, const CollectorContext& collector_context);
std::vector<Family> integrity_families();

}  // namespace exporter::collectors
