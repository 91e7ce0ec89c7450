#include "healer/alerts/reconciler.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/http/client.h"
#include "base/log.h"
#include "base/os/keep_running.h"
#include "healer/alerts/alertmanager_list.h"
#include "healer/alerts/time_intervals.h"
#include "healer/alerts/webhook/body_scan.h"
#include "healer/state/alert_store.h"

namespace healer {
namespace {

using std::chrono::seconds;

constexpr base::Duration kOneQuestion = seconds(5);
constexpr base::Duration kAfterFailure = seconds(5);
// A smaller list is read as a whole within milliseconds.
constexpr std::size_t kLargeBody = 256 * 1024;
constexpr std::size_t kLargestList = 64 * 1024 * 1024;
constexpr std::size_t kPiece = 500;  // alerts that are parsed at once

using Names = std::set<std::string>;

// The policies that a large list demands are delivered before the rest is parsed. It is parsed in pieces,
// because parsing takes several times the memory of the text.
base::Result<AlertsInput> read_list(std::string_view body, base::Now asked_at, const Names& receivers,
                                    const std::function<void(AlertsInput)>& deliver) {
  const auto scan = body.size() > kLargeBody ? webhook::scan_list(body) : std::nullopt;
  if (!scan) return webhook::parse_list(body, asked_at, receivers);
  auto demands =
      webhook::parse_list(webhook::list_of(webhook::demands_of(scan->alerts)), asked_at, receivers);
  if (demands && !demands->alerts.empty()) {
    // An alert that is not in it has not ended.
    demands->whole = false;
    deliver(std::move(*demands));
  }
  AlertsInput whole{.alerts = {}, .whole = true, .asked_at = asked_at.mono};
  std::span<const webhook::AlertText> rest(scan->alerts);
  for (; !rest.empty(); rest = rest.subspan(std::min(kPiece, rest.size()))) {
    auto piece =
        webhook::parse_list(webhook::list_of(rest.first(std::min(kPiece, rest.size()))), asked_at, receivers);
    if (!piece) return piece;
    webhook::add_part(whole, std::move(*piece));
  }
  return whole;
}

base::Result<std::string> get(const base::http::Client& client, const std::string& path,
                              base::Deadline deadline) {
  auto answer = client.get(path, deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return base::fail("{}: status {}", path, answer->status);
  return std::move(answer->body);
}

// Holds the alerts that time intervals of the routes mute. If the configuration is not shown, no time
// intervals are assumed: most have none.
void hold_what_is_muted(AlertsInput& list, const base::http::Client& client, const Names& receivers,
                        base::Deadline deadline) {
  const auto status = get(client, "/api/v2/status", deadline);
  const auto timed = status ? webhook::has_time_intervals(*status, receivers) : false;
  if (!timed.value_or(false)) return;
  const auto groups = get(client, "/api/v2/alerts/groups", deadline);
  const auto muted = groups ? webhook::parse_muted(*groups, receivers) : webhook::Muted{};
  list.deliveries_only = !muted || !muted->shown;
  if (list.deliveries_only) return;
  for (const auto& [fingerprint, intervals] : muted->by_interval) {
    list.held.emplace(fingerprint, "muted in Alertmanager by the time interval " + intervals);
  }
  std::erase_if(list.alerts, [&](const Alert& alert) {
    return asks(alert) && alert.label("policy").empty() && list.held.contains(alert.fingerprint);
  });
}

base::Result<AlertsInput> list(const std::string& url, base::http::ClientOptions options,
                               const Names& receivers, const base::Clock& clock, base::Deadline deadline,
                               const std::function<void(AlertsInput)>& deliver) {
  const base::Now asked_at = clock.now();
  options.max_body = kLargestList;
  const base::http::Client client(url, std::move(options));
  const auto body = get(client, "/api/v2/alerts", deadline);
  if (!body) return base::wrap(body.error(), "{}", url);
  auto alerts = read_list(*body, asked_at, receivers, deliver);
  if (!alerts) return base::wrap(alerts.error(), "{}/api/v2/alerts", url);
  hold_what_is_muted(*alerts, client, receivers, deadline);
  return alerts;
}

std::string joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Reconciler::Reconciler(std::string alertmanager_url, base::http::ClientOptions options,
                       base::Duration interval, const webhook::ReceiverNames& receivers,
                       const base::Clock& clock, std::function<void(AlertsInput)> deliver)
    : receivers_(receivers),
      clock_(clock),
      deliver_(std::move(deliver)),
      url_(std::move(alertmanager_url)),
      options_(std::move(options)),
      interval_(interval),
      thread_([this](std::stop_token stop) { base::keep_running("reconciler", stop, [&] { work(stop); }); }) {
}

Reconciler::~Reconciler() = default;

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
  const auto alerts = list(url, options, receivers_.all(), clock_, deadline, deliver_);
  if (alerts) deliver_(*alerts);
  std::lock_guard lock(mutex_);
  status_.ok = alerts.has_value();
  if (alerts) note(*alerts);
  return alerts;
}

void Reconciler::note(const AlertsInput& list) {
  status_.last_success = clock_.now().wall;
  status_.elsewhere = list.elsewhere;
  status_.here = list.here;
  const bool none = status_.here == 0 && status_.elsewhere > 0;
  if (none && !none_is_ours_)
    base::log::warn("Alertmanager routes no alert to the healer's receivers: see alertmanager_receivers",
                    {{"receivers", joined(receivers_.all())}, {"elsewhere", status_.elsewhere}});
  none_is_ours_ = none;
  if (list.deliveries_only && !timed_)
    base::log::warn(
        "a route to the healer has time intervals, which this Alertmanager does not show: alerts are healed "
        "only after a recent delivery");
  timed_ = list.deliveries_only;
}

Reconciler::Status Reconciler::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

base::Duration Reconciler::interval() const {
  std::lock_guard lock(mutex_);
  return interval_;
}

void Reconciler::work(std::stop_token stop) {
  bool warned = false;
  while (!stop.stop_requested()) {
    const auto alerts = ask(base::Deadline::after(clock_, kOneQuestion));
    if (alerts && warned) base::log::info("Alertmanager answers again");
    if (!alerts && !warned)
      base::log::warn("failed to query Alertmanager", {{"error", alerts.error().message}});
    warned = !alerts;
    // A list without a firing Watchdog proves nothing; the healer's start needs one with it.
    const bool alive = alerts && std::ranges::any_of(alerts->alerts, is_watchdog);
    wake_.wait_for(alive ? interval() : std::min(interval(), kAfterFailure), stop);
  }
}

}  // namespace healer
