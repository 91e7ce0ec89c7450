#include "healer/app/report_worker.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/os/keep_running.h"
#include "healer/reports/incident/breach_log.h"
#include "healer/reports/incident/exhausted_notice.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kToAsk = 3s;
constexpr base::Duration kIdle = 1h;  // between two checks when nothing changes

// A hash of everything that may make something due.
std::size_t gist(const View& view) {
  std::size_t gist = 0;
  const std::hash<std::string> hash;
  for (const IncidentView& incident : view.incidents) {
    if (incident.target.kind == kTask) continue;
    for (const std::size_t more : {hash(incident.id), static_cast<std::size_t>(incident.state),
                                   static_cast<std::size_t>(incident.actions), incident.alert_names.size()})
      gist = gist * 31 + more;
  }
  for (const Alert& alert : view.firing) {
    if (alert.annotations.contains("breach")) gist = gist * 31 + hash(alert.fingerprint);
  }
  return gist;
}

bool ends_an_incident(Notice::Kind kind) {
  using enum Notice::Kind;
  return kind == kHealed || kind == kExhausted || kind == kReleased || kind == kAutoHealCompleted ||
         kind == kAutoHealFailed;
}

void point_to_report(Notice& notice, const View& view, const Config& config) {
  if (!ends_an_incident(notice.kind)) return;
  const auto found = std::ranges::find(view.incidents, notice.incident, &IncidentView::id);
  if (found != view.incidents.end() && found->target.kind != kTask)
    add_report(notice, found->opened_at, config);
}

// Whether it is sent with data from Prometheus and the exporter.
bool needs_data(const Notice& notice) {
  using enum Notice::Kind;
  // Verification may have found how the container ended.
  const bool ended = notice.kind == kExhausted || notice.kind == kAutoHealFailed;
  return notice.kind == kAutoHealTriggered || (ended && notice.field("exit_code").empty());
}

// How the container ended, and what it logged last.
void add_evidence(Notice& notice, const View& view, const Config& config, const base::Clock& clock) {
  const auto found = std::ranges::find(view.incidents, notice.incident, &IncidentView::id);
  if (found == view.incidents.end() || found->target.kind == kTask) return;
  std::string container = found->target.kind == kContainer ? found->target.name : "";
  const auto* subsystem =
      config.inventory.find(found->target.kind == kSubsystem ? found->target.name : found->subsystem);
  if (container.empty() && subsystem != nullptr) container = subsystem->container;
  for (std::string& line :
       reports::evidence_lines(container, config, clock.now().wall, base::Deadline::after(clock, kToAsk)))
    notice.more.push_back(std::move(line));
}

}  // namespace

ReportWorker::ReportWorker(const Config& config, std::function<std::shared_ptr<const View>()> view,
                           BreachNotices::Tell tell, const base::Clock& clock)
    : view_(std::move(view)),
      tell_(std::move(tell)),
      clock_(clock),
      notices_(clock, tell_),
      reporter_(clock, notices_),
      config_(std::make_shared<const Config>(config)),
      sender_([this](const std::stop_token& stop) {
        base::keep_running("breach notices", stop, [&] { send_notices(stop); });
      }),
      writer_([this](const std::stop_token& stop) {
        base::keep_running("report worker", stop, [&] { write_reports(stop); });
      }) {}

ReportWorker::~ReportWorker() { stop(); }

// Notices of one incident stay in their order.
bool ReportWorker::must_wait(const Notice& notice) const {
  if (stopped_) return false;
  return needs_data(notice) ||
         (!notice.incident.empty() &&
          (telling_ == notice.incident ||
           std::ranges::find(waiting_, notice.incident, &Notice::incident) != waiting_.end()));
}

void ReportWorker::announce(Notice notice) {
  reports::log_completed(notice);
  std::unique_lock lock(mutex_);
  const auto config = config_;
  if (must_wait(notice)) {
    if (notice.kind == Notice::Kind::kAutoHealTriggered) notices_.claim(notice.incident);
    waiting_.push_back(std::move(notice));
    lock.unlock();
    notices_due_.notify();
    return;
  }
  lock.unlock();
  point_to_report(notice, *view_(), *config);
  tell_(std::move(notice));
}

void ReportWorker::notice(const View& view) {
  const std::size_t now = gist(view);
  {
    std::lock_guard lock(mutex_);
    if (now == noticed_) return;
    noticed_ = now;
  }
  notices_due_.notify();
  reports_due_.notify();
}

void ReportWorker::reconfigure(const Config& config) {
  {
    std::lock_guard lock(mutex_);
    config_ = std::make_shared<const Config>(config);
  }
  notices_due_.notify();
  reports_due_.notify();
}

void ReportWorker::stop() {
  for (std::jthread* thread : {&sender_, &writer_}) thread->request_stop();
  for (std::jthread* thread : {&sender_, &writer_}) {
    if (thread->joinable()) thread->join();
  }
  std::deque<Notice> left;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    left.swap(waiting_);
  }
  for (Notice& each : left) tell_(std::move(each));
}

ReportWorker::Readings ReportWorker::readings() const {
  std::lock_guard lock(mutex_);
  return readings_;
}

std::shared_ptr<const Config> ReportWorker::config() const {
  std::lock_guard lock(mutex_);
  return config_;
}

void ReportWorker::send_notices(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    // Read before the notices, so that everything in it is already claimed.
    const auto view = view_();
    std::unique_lock lock(mutex_);
    const auto config = config_;
    if (waiting_.empty()) {
      lock.unlock();
      const auto again = notices_.announce_due(*view, *config, stop);
      notices_due_.wait_for(again.value_or(kIdle), stop);
      continue;
    }
    Notice next = std::move(waiting_.front());
    waiting_.pop_front();
    telling_ = next.incident;
    lock.unlock();
    if (next.kind == Notice::Kind::kAutoHealTriggered) {
      notices_.trigger(std::move(next), *config, *view);
    } else {
      if (needs_data(next)) add_evidence(next, *view, *config, clock_);
      point_to_report(next, *view, *config);
      tell_(std::move(next));
    }
    lock.lock();
    telling_.reset();
  }
}

void ReportWorker::write_reports(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto again = reporter_.write_due(*view_(), *config(), stop);
    {
      std::lock_guard lock(mutex_);
      readings_ = {reporter_.written(), reporter_.errors(), reporter_.due()};
    }
    reports_due_.wait_for(again.value_or(kIdle), stop);
  }
}

}  // namespace healer
