// What is monitored and how often, in the log: the schedules and thresholds that the rules contain, once they
// can be read, and the counts of log events once an hour. In words that operators search for
// (docs/troubleshooting.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/verify/prometheus.h"

namespace healer {

// The interval of each task, in seconds as the rules record it:
// `task:salus_interval_seconds:limit{task="…"}`.
std::map<std::string, base::Duration> task_intervals(std::span<const checks::Sample> limits);
// "🧹 Auto-Maintenance: Enabled (log rotation 24h, cache pruning 1h, health checks 6h, shard rotation 12h)":
// the tasks that are configured, "unscheduled" those that run by hand alone.
std::string maintenance_line(const std::map<std::string, base::Duration>& intervals, const Config& config);

// Events in an hour that are a breach; nullopt: the rules do not record the limit.
struct LogLimits {
  std::optional<std::uint64_t> errors;
  std::optional<std::uint64_t> critical;
  std::optional<std::uint64_t> restarts;
};
// "Check Interval: continuous   Max Errors/Hour: 50   Max Critical/Hour: 5   Max Restarts/Hour: 2   Webhook:
// configured"
std::string limits_line(const LogLimits& limits, const Config& config);

// Not thread-safe.
class MonitorLog {
 public:
  // Logs what is due. Call it while Prometheus responds. Blocks up to 10 s, once an hour.
  void look(const checks::Prometheus& prometheus, const Config& config, const base::Clock& clock);

 private:
  bool maintenance_logged_ = false;
  bool limits_logged_ = false;
  std::optional<base::MonoTime> analysed_at_;
};

}  // namespace healer
