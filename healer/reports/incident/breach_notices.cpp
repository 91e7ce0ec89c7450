#include "healer/reports/incident/breach_notices.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/log.h"
#include "healer/engine/incident/threshold_breach.h"
#include "healer/reports/data/breach_counts.h"
#include "healer/reports/data/files.h"
#include "healer/reports/incident/breach_log.h"
#include "healer/reports/incident/incident_run.h"
#include "healer/reports/weekly/breach_section.h"
#include "healer/state/incident.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

// How old a breach may be to be announced, if the healer died before it could.
constexpr base::Duration kAnnouncedWithin = 5min;
constexpr base::Duration kToCount = 5s;
constexpr base::Duration kRetry = 5s;
// How long a notice may be prepared; longer after an exception only.
constexpr base::Duration kPreparedWithin = 1min;
// Later than kAnnouncedWithin, and as long as a section covers an alert.
constexpr base::Duration kForgottenAfter = 2h;
constexpr base::Duration kCountsForgottenAfter = 72h;
constexpr std::size_t kMostQuiet = 1000;

std::string key_of(const Notice& notice, std::string_view subject, base::WallTime opened_at) {
  return fmt::format("{} {} {}", to_string(notice.kind), subject, base::rfc3339(opened_at));
}

// Replaces the alerts' own counts; the rest of the notice is unchanged.
void put(Notice& notice, const Notice::Pairs& counted) {
  for (const auto& [name, value] : counted) {
    const auto same = std::ranges::find(notice.fields, name, &std::pair<std::string, std::string>::first);
    if (same != notice.fields.end()) {
      same->second = value;
    } else {
      notice.fields.emplace_back(name, value);
    }
  }
}

std::vector<Alert> alerts_of(const reports::IncidentFacts& facts) {
  std::vector<Alert> alerts;
  for (const auto& each : facts.alerts) alerts.push_back(each.alert);
  return alerts;
}

// Where the notice's incident can be followed.
void add_link(Notice& notice, const Config& config) {
  const std::string& url = config.external_url.empty() ? config.reports.external_url : config.external_url;
  if (!url.empty())
    notice.links.emplace_back("incident", fmt::format("{}/api/v1/incidents/{}", url, notice.incident));
}

std::string weekly_report(const Config& config, base::WallTime opened_at) {
  return fmt::format("{}/{}.md", config.reports.folder, reports::weekly_name(reports::week_end(opened_at)));
}

}  // namespace

bool at_rest(State state) { return !is_open(state) || state == State::kExhausted; }

bool is_for_operator(const Alert& alert) {
  return alert.label("heal").empty() && breach_of(std::span(&alert, 1)).has_value();
}

std::string why_not_healed(const Alert& alert) {
  const std::string_view source = alert.label("source");
  return fmt::format("{} of {} names no playbook; operator action required", alert.label("alertname"),
                     source.empty() ? "the stack" : source);
}

std::string subject_of(const Alert& alert) {
  return fmt::format("{} {}", alert.fingerprint, base::rfc3339(alert.starts_at));
}

bool BreachNotices::begin(const std::string& subject, base::WallTime opened_at) {
  std::lock_guard lock(mutex_);
  return announced_.try_emplace(subject, Announced{clock_.now().mono, opened_at}).second;
}

void BreachNotices::send(const std::string& subject, Notice notice) {
  tell_(std::move(notice));
  std::lock_guard lock(mutex_);
  announced_[subject].sent = true;
}

void BreachNotices::claim(const std::string& incident) { begin(incident, {}); }

bool BreachNotices::sent(const std::string& subject) const {
  std::lock_guard lock(mutex_);
  const auto found = announced_.find(subject);
  return found == announced_.end() || found->second.sent ||
         clock_.now().mono - found->second.since > kPreparedWithin;
}

Notice::Pairs BreachNotices::count(const std::string& subject, const std::vector<Alert>& alerts,
                                   base::WallTime until, const Config& config) {
  {
    std::lock_guard lock(mutex_);
    if (const auto known = counted_.find(subject); known != counted_.end()) return known->second.fields;
  }
  reports::Samples samples(config.prometheus_url, config.prometheus_http,
                           base::Deadline::after(clock_, kToCount));
  const reports::BreachCounts counts = reports::count_breach(samples, until);
  if (!counts.critical) {
    base::log::warn("no exact counts of the threshold breach; reporting those of its alerts",
                    {{"subject", subject}, {"reason", counts.critical.why}});
  }
  Counted counted{clock_.now().mono, reports::breach_fields(alerts, counts)};
  reports::log_analysis(counts);
  if (!counted.fields.empty()) reports::log_breach(subject, counted.fields.front().second);
  std::lock_guard lock(mutex_);
  return counted_.try_emplace(subject, std::move(counted)).first->second.fields;
}

void BreachNotices::trigger(Notice notice, const Config& config, const View& view) {
  const std::string incident = notice.incident;
  claim(incident);
  const auto number = parse_incident_id(incident);
  if (const auto facts = number ? reports::facts_of(*number, config, view.policy.policy)
                                : base::fail("the notice names no incident")) {
    {
      std::lock_guard lock(mutex_);
      announced_[incident].opened_at = facts->opened_at;
    }
    put(notice,
        count(incident, alerts_of(*facts), reports::breach_end(facts->opened_at, clock_.now().wall), config));
    notice.key = key_of(notice, incident, facts->opened_at);
    reports::log_triggered(incident);
  } else {
    base::log::warn("no exact counts of the threshold breach; reporting those of its alerts",
                    {{"incident", incident}, {"reason", facts.error().message}});
  }
  add_link(notice, config);
  send(incident, std::move(notice));
}

// Whether it is time to see if a notice is needed.
bool BreachNotices::is_due(const IncidentView& incident, std::optional<base::Duration>& again) {
  const base::WallTime now = clock_.now().wall;
  if (incident.target.kind == kTask || now - incident.opened_at >= kAnnouncedWithin) return false;
  {
    std::lock_guard lock(mutex_);
    const auto quiet = quiet_.find(incident.id);
    if (announced_.contains(incident.id) ||
        (quiet != quiet_.end() && quiet->second == incident.alert_names.size()))
      return false;
  }
  const base::Duration left = incident.opened_at + kActsWithin - now;
  if (at_rest(incident.state) || incident.actions > 0 || left <= base::Duration::zero()) return true;
  again = std::min(again.value_or(left), left);
  return false;
}

base::Result<> BreachNotices::announce(const IncidentView& incident, const Config& config, const View& view) {
  const auto number = parse_incident_id(incident.id);
  if (!number) return {};
  const auto facts = reports::facts_of(*number, config, view.policy.policy);
  if (!facts) return std::unexpected(facts.error());
  const base::WallTime opened_at = facts->opened_at;
  const auto written = reports::written_sections(config.reports.folder, reports::week_end(opened_at));
  const base::WallTime now = clock_.now().wall;
  // If the sections cannot be read, the notice is sent again rather than never; its key is the same.
  if (!facts->breach || now - opened_at >= kAnnouncedWithin ||
      (written && reports::contains_section(*written, {incident.id, opened_at}, *number))) {
    std::lock_guard lock(mutex_);
    quiet_[incident.id] = incident.alert_names.size();
    return {};
  }
  if (!begin(incident.id, opened_at)) return {};
  const auto fields = count(incident.id, alerts_of(*facts), reports::breach_end(opened_at, now), config);
  const auto why_not = reports::why_not_healed(*facts);
  Notice notice{.kind = why_not ? Notice::Kind::kIncidentReport : Notice::Kind::kAutoHealTriggered,
                .incident = incident.id,
                .subsystem = facts->subsystem,
                .severity = facts->severity,
                .at = now};
  put(notice, fields);
  if (why_not) {
    notice.title = fmt::format("{}: {}", incident.id, notice.field("reason"));
    notice.detail = fmt::format("Auto-heal was not triggered: {}.", *why_not);
    notice.fields = {{"report", weekly_report(config, opened_at)}};
  } else {
    notice.title = fmt::format("{}: {}", facts->acts.front().id, facts->acts.front().description);
    put(notice, {{"container", facts->target.name}, {"action", facts->acts.front().description}});
    reports::log_triggered(incident.id);
  }
  add_link(notice, config);
  notice.key = key_of(notice, incident.id, opened_at);
  send(incident.id, std::move(notice));
  return {};
}

void BreachNotices::announce(const Alert& alert, const Config& config) {
  const auto written = reports::written_sections(config.reports.folder, reports::week_end(alert.starts_at));
  const auto covers = [&](base::WallTime opened_at) { return opened_at > alert.starts_at - 1h; };
  if (written && std::ranges::any_of(*written, covers, &reports::WrittenSection::opened_at)) return;
  const std::string subject = subject_of(alert);
  {
    std::lock_guard lock(mutex_);
    if (std::ranges::any_of(announced_, [&](const auto& each) { return covers(each.second.opened_at); }))
      return;
    announced_.emplace(subject, Announced{clock_.now().mono, alert.starts_at});
  }
  const base::WallTime now = clock_.now().wall;
  const auto fields = count(subject, {alert}, reports::breach_end(alert.starts_at, now), config);
  Notice notice{.kind = Notice::Kind::kIncidentReport,
                .severity = std::string(alert.label("severity")),
                .title = fields.front().second,
                .detail = fmt::format("Auto-heal was not triggered: {}.", why_not_healed(alert)),
                .fields = {{"report", weekly_report(config, alert.starts_at)}},
                .at = now};
  notice.key = key_of(notice, alert.fingerprint, alert.starts_at);
  send(subject, std::move(notice));
}

std::optional<base::Duration> BreachNotices::announce_due(const View& view, const Config& config,
                                                          const std::stop_token& stop) {
  if (config.reports.folder.empty()) return std::nullopt;
  forget_old();
  std::optional<base::Duration> again;
  const auto look_again = [&again](base::Duration left) { again = std::min(again.value_or(left), left); };
  for (const IncidentView& incident : view.incidents) {
    if (stop.stop_requested()) return base::Duration::zero();
    if (!is_due(incident, again)) continue;
    // The failure is logged where the report is written.
    if (const auto done = announce(incident, config, view); !done) look_again(kRetry);
  }
  for (const Alert& alert : view.firing) {
    if (stop.stop_requested()) return base::Duration::zero();
    const base::WallTime now = clock_.now().wall;
    if (!is_for_operator(alert) || now - alert.starts_at >= kAnnouncedWithin) continue;
    // An incident about the same breach has a better notice.
    const base::Duration left = alert.starts_at + kActsWithin - now;
    if (left > base::Duration::zero()) {
      look_again(left);
    } else {
      announce(alert, config);
    }
  }
  return again;
}

void BreachNotices::forget_old() {
  const base::MonoTime now = clock_.now().mono;
  std::lock_guard lock(mutex_);
  std::erase_if(announced_, [&](const auto& each) { return now - each.second.since > kForgottenAfter; });
  std::erase_if(counted_, [&](const auto& each) { return now - each.second.since > kCountsForgottenAfter; });
  if (quiet_.size() > kMostQuiet) quiet_.clear();
}

}  // namespace healer
