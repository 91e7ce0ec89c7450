#include "healer/app/monitor_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "base/text/duration.h"
#include "healer/reports/data/breach_counts.h"
#include "healer/reports/incident/breach_log.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kAnalysisEvery = 1h;
constexpr base::Duration kOneQuery = 2s;
constexpr base::Duration kToCount = 5s;

constexpr std::array<std::pair<const char*, const char*>, 4> kTasks{{{"log_rotation", "log rotation"},
                                                                     {"cache_pruning", "cache pruning"},
                                                                     {"health_audit", "health checks"},
                                                                     {"shard_rotation", "shard rotation"}}};

const Playbook* playbook_of(const Config& config, std::string_view task) {
  const auto found = std::ranges::find(config.playbooks, task, &Playbook::task);
  return found == config.playbooks.end() ? nullptr : &*found;
}

std::string words(const std::optional<std::uint64_t>& limit) {
  return limit ? std::to_string(*limit) : std::string("unknown");
}

std::optional<LogLimits> read_limits(const checks::Prometheus& prometheus, base::Deadline deadline) {
  const auto samples = prometheus.query(
      R"({__name__=~"salus:log_errors:limit|salus:log_critical_events:limit|salus:container_restarts:limit"})",
      deadline);
  if (!samples) return std::nullopt;
  LogLimits limits;
  for (const checks::Sample& sample : *samples) {
    const auto name = sample.labels.find("__name__");
    if (name == sample.labels.end() || !(sample.value >= 0) || !std::isfinite(sample.value)) continue;
    const auto value = static_cast<std::uint64_t>(sample.value);
    if (name->second == "salus:log_errors:limit") limits.errors = value;
    if (name->second == "salus:log_critical_events:limit") limits.critical = value;
    if (name->second == "salus:container_restarts:limit") limits.restarts = value;
  }
  return limits.errors || limits.critical || limits.restarts ? std::optional(limits) : std::nullopt;
}

}  // namespace

std::map<std::string, base::Duration> task_intervals(std::span<const checks::Sample> limits) {
  constexpr double kLongest = 1e9;
  std::map<std::string, base::Duration> intervals;
  for (const checks::Sample& limit : limits) {
    const auto task = limit.labels.find("task");
    if (task != limit.labels.end() && limit.value > 0 && limit.value < kLongest)
      intervals[task->second] = std::chrono::seconds(static_cast<std::int64_t>(limit.value));
  }
  return intervals;
}

std::string maintenance_line(const std::map<std::string, base::Duration>& intervals, const Config& config) {
  std::string schedules;
  for (const auto& [task, name] : kTasks) {
    const Playbook* playbook = playbook_of(config, task);
    if (playbook == nullptr) continue;
    const auto interval = playbook->scheduled ? intervals.find(task) : intervals.end();
    schedules += fmt::format(
        "{}{} {}", schedules.empty() ? "" : ", ", name,
        interval == intervals.end()
            ? "unscheduled"
            : fmt::format("{:g}h",
                          std::chrono::duration<double, std::ratio<3600>>(interval->second).count()));
  }
  return schedules.empty() ? "🧹 Auto-Maintenance: Disabled"
                           : fmt::format("🧹 Auto-Maintenance: Enabled ({})", schedules);
}

std::string limits_line(const LogLimits& limits, const Config& config) {
  return fmt::format(
      "Check Interval: continuous   Max Errors/Hour: {}   Max Critical/Hour: {}   Max Restarts/Hour: {}   "
      "Webhook: {}",
      words(limits.errors), words(limits.critical), words(limits.restarts),
      config.notifiers.empty() ? "not configured" : "configured");
}

void MonitorLog::look(const checks::Prometheus& prometheus, const Config& config, const base::Clock& clock) {
  if (!maintenance_logged_) {
    const auto limits =
        prometheus.query("task:salus_interval_seconds:limit", base::Deadline::after(clock, kOneQuery));
    if (limits && !limits->empty()) {
      base::log::info(maintenance_line(task_intervals(*limits), config));
      if (playbook_of(config, "cache_pruning") == nullptr)
        base::log::info("💾 Cache pruning: Redis not configured (skipping)");
      maintenance_logged_ = true;
    }
  }
  if (!limits_logged_) {
    if (const auto limits = read_limits(prometheus, base::Deadline::after(clock, kOneQuery))) {
      base::log::info(limits_line(*limits, config));
      limits_logged_ = true;
    }
  }
  if (!limits_logged_ || (analysed_at_ && clock.now().mono - *analysed_at_ < kAnalysisEvery)) return;
  reports::Samples samples(config.prometheus_url, config.prometheus_http,
                           base::Deadline::after(clock, kToCount));
  reports::log_analysis(reports::count_breach(samples, clock.now().wall));
  analysed_at_ = clock.now().mono;
}

}  // namespace healer
