#include "healer/reconciler.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/http_client.h"
#include "base/keep_running.h"
#include "base/log.h"
#include "healer/alert_ledger.h"
#include "healer/webhook/alertmanager_list.h"
#include "healer/webhook/body_scan.h"

namespace healer {
namespace {

using std::chrono::seconds;

constexpr base::Duration kOneQuestion = seconds(5);
constexpr base::Duration kAfterFailure = seconds(5);
// A smaller list is read as a whole within milliseconds.
constexpr std::size_t kLargeBody = 256 * 1024;
constexpr std::size_t kLargestList = 64 * 1024 * 1024;
constexpr std::size_t kPiece = 500;  // alerts that are parsed at once

// What a large list demands is delivered before the rest of it is read, in pieces, as parsing takes several
// times the room of what is parsed.
base::Result<AlertsInput> read_list(std::string_view body, base::Now asked_at,
                                    const std::function<void(AlertsInput)>& deliver) {
  const auto scan = body.size() > kLargeBody ? webhook::scan_list(body) : std::nullopt;
  if (!scan) return webhook::parse_list(body, asked_at);
  auto demands = webhook::parse_list(webhook::list_of(webhook::demands_of(scan->alerts)), asked_at);
  if (demands && !demands->alerts.empty()) {
    // What is not among them has not ended.
    demands->whole = false;
    deliver(std::move(*demands));
  }
  AlertsInput whole{.alerts = {}, .whole = true, .asked_at = asked_at.mono};
  std::span<const webhook::AlertText> rest(scan->alerts);
  for (; !rest.empty(); rest = rest.subspan(std::min(kPiece, rest.size()))) {
    auto piece = webhook::parse_list(webhook::list_of(rest.first(std::min(kPiece, rest.size()))), asked_at);
    if (!piece) return piece;
    webhook::add_part(whole, std::move(*piece));
  }
  return whole;
}

base::Result<AlertsInput> list(const std::string& url, base::http::ClientOptions options,
                               const base::Clock& clock, base::Deadline deadline,
                               const std::function<void(AlertsInput)>& deliver) {
  const base::Now asked_at = clock.now();
  options.max_body = kLargestList;
  const auto answer = base::http::Client(url, options).get("/api/v2/alerts", deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return base::fail("{}/api/v2/alerts: status {}", url, answer->status);
  auto alerts = read_list(answer->body, asked_at, deliver);
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
  const auto alerts = list(url, options, clock_, deadline, deliver_);
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
