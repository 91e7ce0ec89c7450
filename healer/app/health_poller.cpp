#include "healer/app/health_poller.h"

#include <algorithm>
#include <functional>

#include "base/log.h"
#include "base/os/file.h"
#include "base/os/keep_running.h"
#include "healer/api/report/self_report.h"
#include "healer/verify/stack_health.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kEvery = 30s;
constexpr base::Duration kOneLook = 5s;
constexpr base::Duration kBetween = 1s;  // two queries, however much changes

// A hash of what a report must show without delay. If two different views have the same hash, the report is
// at most half a minute late.
std::size_t gist(const View& view) {
  std::size_t gist = static_cast<std::size_t>(view.policy.policy);
  const auto add = [&gist](std::size_t more) { gist = gist * 31 + more; };
  const std::hash<std::string> hash;
  for (const std::string& cause : view.policy.causes) add(hash(cause));
  for (const IncidentView& incident : view.incidents) {
    add(hash(incident.id));
    add(static_cast<std::size_t>(incident.state));
    add(incident.rung);
  }
  for (const Alert& alert : view.firing) add(hash(alert.fingerprint));
  return gist;
}

}  // namespace

HealthPoller::HealthPoller(const Config& config, std::function<std::shared_ptr<const View>()> view,
                           const base::Clock& clock, std::function<void(bool)> answers)
    : clock_(clock),
      view_(std::move(view)),
      answers_(std::move(answers)),
      config_(std::make_shared<const Config>(config)),
      thread_(
          [this](std::stop_token stop) { base::keep_running("health poller", stop, [&] { work(stop); }); }) {}

HealthPoller::~HealthPoller() = default;

void HealthPoller::notice(const View& view) {
  const std::size_t now = gist(view);
  {
    std::lock_guard lock(mutex_);
    if (now == noticed_) return;
    noticed_ = now;
  }
  wake_.notify();
}

void HealthPoller::reconfigure(const Config& config) {
  {
    std::lock_guard lock(mutex_);
    config_ = std::make_shared<const Config>(config);
  }
  wake_.notify();
}

std::optional<std::string> HealthPoller::report() const {
  std::lock_guard lock(mutex_);
  return report_;
}

base::WallTime HealthPoller::prometheus_answered_at() const {
  std::lock_guard lock(mutex_);
  return answered_at_;
}

std::shared_ptr<const Config> HealthPoller::config() const {
  std::lock_guard lock(mutex_);
  return config_;
}

void HealthPoller::work(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto used = config();
    look(*used);
    base::pause(kBetween, stop);
    // Often enough to distinguish one lost response from a Prometheus that is down.
    const base::Duration every = std::clamp(used->policy.prometheus_timeout / 3, kBetween, kEvery);
    wake_.wait_for(every - kBetween, stop);
  }
}

void HealthPoller::look(const Config& config) {
  const checks::Prometheus prometheus(config.prometheus_url, config.prometheus_http);
  const StackHealth stack_health =
      poll_stack_health(prometheus, clock_, base::Deadline::after(clock_, kOneLook));
  answers_(stack_health.answered);
  const base::Now time = clock_.now();
  const base::WallTime now = time.wall;
  const auto view = view_();
  for (const HealthLog::Line& line : log_.lines(stack_health.overall, *view, time)) write(line);
  std::string report = self_report(stack_health, *view, config, now);
  const auto written = config.report_file.empty() ? base::Result<>()
                                                  : base::write_atomically(config.report_file, report, 0644);
  {
    std::lock_guard lock(mutex_);
    if (stack_health.answered) answered_at_ = now;
    report_ = std::move(report);
  }
  if (!written && !failing_)
    base::log::error("failed to write the report", {{"error", written.error().message}});
  failing_ = !written;
  if (stack_health.answered) monitor_log_.look(prometheus, config, clock_);
}

}  // namespace healer
