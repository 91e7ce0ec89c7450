// The healer's /metrics page. docs/metrics.md describes it.
#pragma once

#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/server/counts.h"
#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/notify/outbox/outbox.h"
#include "healer/publish/output.h"
#include "healer/state/snapshot.h"

namespace healer {

// The state of the healer's parts at one time.
struct Readings {
  std::vector<std::pair<std::string_view, std::uint64_t>> alerts_received;  // by result
  std::map<std::string, notify::NotifierReading> notifications;             // by notifier
  std::uint64_t outbox_errors = 0;
  std::map<std::string, prometheus::ClientMetric::Histogram> action_durations;  // by action
  std::uint64_t policy_file_errors = 0;
  int policy_file_spares = 0;
  std::map<std::string, policy::OutputStatus> policy_outputs;  // by name
  base::WallTime prometheus_answered_at{};                     // epoch: never
  std::uint64_t reports_written = 0;                           // of incidents
  std::uint64_t report_errors = 0;
  std::size_t reports_due = 0;  // could not be written, and are retried
  std::uint64_t journal_errors = 0;
  std::uint64_t journal_bytes = 0;
  std::uint64_t journal_records = 0;
  std::uint64_t journal_retired = 0;
  bool journal_quarantined = false;
  bool journal_missing_records = false;
  bool reconcile_ok = false;
  base::WallTime reconciled_at{};  // epoch: never
  std::size_t routed_here = 0;     // of the last list
  std::size_t routed_elsewhere = 0;
  bool config_ok = true;
  base::WallTime config_loaded_at{};
  base::http::ServerCounts http = {};
  std::map<std::string, bool> missing_collectors = {};  // LiveEffects::missing_collectors
};

// Thread-safe. Keeps nothing between two pages except the histogram of healing times.
class Metrics {
 public:
  // Every family. Label sets that are known beforehand are exported as 0 from the first page on.
  std::vector<prometheus::MetricFamily> families(const View& view, const Config& config,
                                                 const Readings& readings);

 private:
  void observe_healed(const View& view, const Config& config);

  std::mutex mutex_;
  std::size_t healed_seen_ = 0;
  std::map<std::string, std::unique_ptr<prometheus::Histogram>> time_to_heal_;  // by playbook
};

// The subsystems of this exhausted incident: those of its alerts.
std::vector<std::string> exhausted_subsystems(const IncidentView& incident, const View& view,
                                              const Config& config);

}  // namespace healer
