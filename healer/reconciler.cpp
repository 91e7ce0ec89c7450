#include "healer/reconciler.h"

#include <algorithm>

#include "base/http_client.h"
#include "base/keep_running.h"
#include "base/log.h"
#include "healer/alert_ledger.h"
#include "healer/webhook/alertmanager_list.h"

namespace healer {
namespace {

using std::chrono::seconds;

constexpr base::Duration kOneQuestion = seconds(5);
constexpr base::Duration kAfterFailure = seconds(5);
constexpr std::size_t kLargestList = 64 * 1024 * 1024;

base::Result<AlertsInput> list(const std::string& url, const base::http::ClientOptions& options,
                               const base::Clock& clock, base::Deadline deadline) {
  const base::Now asked_at = clock.now();
  base::http::ClientOptions roomy = options;
  roomy.max_body = kLargestList;
  const auto answer = base::http::Client(url, std::move(roomy)).get("/api/v2/alerts", deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return base::fail("{}/api/v2/alerts: status {}", url, answer->status);
  auto alerts = webhook::parse_list(answer->body, asked_at);
  if (!alerts) return base::wrap(alerts.error(), "{}/api/v2/alerts", url);
  return alerts;
}

}  // namespace

Reconciler::Reconciler(std::string alertmanager_url, base::http::ClientOptions options,
                       base::Duration interval, const base::Clock& clock,
                       std::function<void(AlertsInput)> deliver)
    : clock_(clock),
      deliver_(std::move(deliver)),
      url_(std::move(alertmanager_url)),
      options_(std::move(options)),
      interval_(interval),
      thread_([this](std::stop_token stop) { base::keep_running("reconciler", stop, [&] { work(stop); }); }) {
}

Reconciler::~Reconciler() = default;

void Reconciler::poke() {
  {
    std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  poked_.notify_all();
}

void Reconciler::reconfigure(std::string alertmanager_url, base::http::ClientOptions options,
                             base::Duration interval) {
  {
    std::lock_guard lock(mutex_);
    url_ = std::move(alertmanager_url);
    options_ = std::move(options);
    interval_ = interval;
  }
  poke();
}

base::Result<AlertsInput> Reconciler::ask(base::Deadline deadline) {
  std::string url;
  base::http::ClientOptions options;
  {
    std::lock_guard lock(mutex_);
    url = url_;
    options = options_;
  }
  const auto alerts = list(url, options, clock_, deadline);
  if (alerts) deliver_(*alerts);
  std::lock_guard lock(mutex_);
  status_.ok = alerts.has_value();
  if (alerts) status_.last_success = clock_.now().wall;
  return alerts;
}

Reconciler::Status Reconciler::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void Reconciler::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wanted_ = false;
    lock.unlock();
    const auto alerts = ask(base::Deadline::after(clock_, kOneQuestion));
    lock.lock();
    if (alerts && warned_) base::log::info("Alertmanager answers again");
    if (!alerts && !warned_)
      base::log::warn("Alertmanager cannot be asked", {{"error", alerts.error().message}});
    warned_ = !alerts;
    // A list without a live Watchdog proves nothing, and the healer starts on one that does.
    const bool alive = alerts && std::ranges::any_of(alerts->alerts, is_watchdog);
    const base::Duration pause = alive ? interval_ : std::min(interval_, kAfterFailure);
    poked_.wait_for(lock, stop, pause, [this] { return wanted_; });
  }
}

}  // namespace healer
