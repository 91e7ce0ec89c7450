#include "healer/app/monitor_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
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

bool is_configured(const Config& config, std::string_view task) {
  return std::ranges::any_of(config.playbooks,
                             [&](const Playbook& playbook) { return playbook.task == task; });
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

std::map<std::string, base::Duration> task_intervals(std::span<const checks::AlertRule> rules) {
  static const std::regex interval(R"re(task="([a-z_]+)"\}\)\s*>\s*([0-9]{1,8})\s*$)re");
  std::map<std::string, base::Duration> intervals;
  for (const checks::AlertRule& rule : rules) {
    std::smatch found;
    if (rule.name.ends_with("Due") && std::regex_search(rule.query, found, interval))
      intervals[found[1]] = std::chrono::seconds(std::stol(found[2]));
  }
  return intervals;
}

std::string maintenance_line(const std::map<std::string, base::Duration>& intervals, const Config& config) {
  std::string schedules;
  for (const auto& [task, name] : kTasks) {
    if (!is_configured(config, task)) continue;
    const auto interval = intervals.find(task);
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
    const auto rules = prometheus.alert_rules(base::Deadline::after(clock, kOneQuery));
    if (rules && !rules->empty()) {
      base::log::info(maintenance_line(task_intervals(*rules), config));
      if (!is_configured(config, "cache_pruning"))
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
