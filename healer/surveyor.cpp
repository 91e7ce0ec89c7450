#include "healer/surveyor.h"

#include <algorithm>
#include <functional>

#include "base/file.h"
#include "base/keep_running.h"
#include "base/log.h"
#include "healer/self_report.h"
#include "healer/survey.h"

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

Surveyor::Surveyor(const Config& config, std::function<std::shared_ptr<const View>()> view,
                   const base::Clock& clock, std::function<void(bool)> answers)
    : clock_(clock),
      view_(std::move(view)),
      answers_(std::move(answers)),
      config_(std::make_shared<const Config>(config)),
      thread_([this](std::stop_token stop) { base::keep_running("surveyor", stop, [&] { work(stop); }); }) {}

Surveyor::~Surveyor() = default;

void Surveyor::notice(const View& view) {
  const std::size_t now = gist(view);
  {
    std::lock_guard lock(mutex_);
    if (now == noticed_) return;
    noticed_ = now;
    wanted_ = true;
  }
  changed_.notify_all();
}

void Surveyor::reconfigure(const Config& config) {
  {
    std::lock_guard lock(mutex_);
    config_ = std::make_shared<const Config>(config);
    wanted_ = true;
  }
  changed_.notify_all();
}

std::optional<std::string> Surveyor::report() const {
  std::lock_guard lock(mutex_);
  return report_;
}

base::WallTime Surveyor::prometheus_answered_at() const {
  std::lock_guard lock(mutex_);
  return answered_at_;
}

void Surveyor::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wanted_ = false;
    const auto config = config_;
    lock.unlock();
    look(*config);
    lock.lock();
    changed_.wait_for(lock, stop, kBetween, [] { return false; });
    // Often enough to distinguish one lost response from a Prometheus that is down.
    const base::Duration every = std::clamp(config->policy.prometheus_timeout / 3, kBetween, kEvery);
    changed_.wait_for(lock, stop, every - kBetween, [this] { return wanted_; });
  }
}

void Surveyor::look(const Config& config) {
  const checks::Prometheus prometheus(config.prometheus_url, config.prometheus_http);
  const Survey survey = take_survey(prometheus, base::Deadline::after(clock_, kOneLook));
  answers_(survey.answered);
  const base::WallTime now = clock_.now().wall;
  std::string report = self_report(survey, *view_(), config, now);
  const auto written = config.report_file.empty() ? base::Result<>()
                                                  : base::write_atomically(config.report_file, report, 0644);
  std::lock_guard lock(mutex_);
  if (survey.answered) answered_at_ = now;
  report_ = std::move(report);
  if (!written && !failing_)
    base::log::error("failed to write the report", {{"error", written.error().message}});
  failing_ = !written;
}

}  // namespace healer
