#include "healer/reports/incident/incident_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "healer/reports/data/breach_counts.h"
#include "healer/reports/data/files.h"
#include "healer/reports/data/log_evidence.h"
#include "healer/reports/incident/breach_log.h"
#include "healer/reports/incident/incident_run.h"
#include "healer/reports/weekly/breach_section.h"
#include "healer/state/incident.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

// Older ones have their report, or need none.
constexpr base::Duration kRecent = 72h;
// While a notice is being prepared, its report waits.
constexpr base::Duration kAfterNotice = 1s;
constexpr base::Duration kToEvidence = 5s;
constexpr base::Duration kToReport = 10s;
constexpr base::Duration kFirstRetry = 5s;
constexpr base::Duration kLastRetry = 5min;

std::string standing_of(const IncidentView& incident) {
  return fmt::format("{}/{}", to_string(incident.state), incident.actions);
}

base::WallTime last_heard(const IncidentView& incident) {
  return incident.closed_at.value_or(incident.timeline.empty() ? incident.opened_at
                                                               : incident.timeline.back().at);
}

}  // namespace

void add_report(Notice& notice, base::WallTime opened_at, const Config& config) {
  if (config.reports.folder.empty()) return;
  const std::string name = reports::incident_report_name(notice.incident, opened_at);
  notice.fields.emplace_back("report", fmt::format("{}/{}.md", config.reports.folder, name));
  const std::string& url =
      config.reports.external_url.empty() ? config.external_url : config.reports.external_url;
  if (!url.empty()) notice.links.emplace_back("report", fmt::format("{}/reports/{}.html", url, name));
}

base::Result<> IncidentReporter::write_section(const reports::IncidentFacts& facts, std::uint64_t number,
                                               const Config& config) {
  const std::string& folder = config.reports.folder;
  const base::WallTime week = reports::week_end(facts.opened_at);
  const reports::WrittenSection about{facts.id, facts.opened_at};
  const auto written = reports::written_sections(folder, week);
  if (!written) return std::unexpected(written.error());
  if (reports::contains_section(*written, about, number)) return {};
  std::vector<Alert> alerts;
  for (const auto& each : facts.alerts) alerts.push_back(each.alert);
  const base::WallTime now = clock_.now().wall;
  const auto why_not = reports::why_not_healed(facts);
  const base::WallTime to = reports::breach_end(facts.opened_at, now);
  reports::BreachSection section{.written_at = now,
                                 .triggered = !why_not,
                                 .why_not = why_not.value_or(""),
                                 .fields = notices_.count(facts.id, alerts, to, config),
                                 .evidence = {}};
  section.evidence =
      reports::gather_evidence(config.exporter_url, config.exporter_http, "", {facts.opened_at - 1h, to + 1s},
                               base::Deadline::after(clock_, kToEvidence));
  if (auto appended = reports::append_section(folder, week, about, reports::to_markdown(section)); !appended)
    return appended;
  ++written_;
  reports::log_appended(facts.id, fmt::format("{}/{}.md", folder, reports::weekly_name(week)));
  return {};
}

base::Result<> IncidentReporter::write_section(const Alert& alert, const Config& config) {
  const std::string& folder = config.reports.folder;
  const base::WallTime now = clock_.now().wall;
  const base::WallTime week = reports::week_end(alert.starts_at);
  const auto written = reports::written_sections(folder, week);
  if (!written) return std::unexpected(written.error());
  if (std::ranges::any_of(*written, [&](const auto& each) { return each.opened_at > alert.starts_at - 1h; }))
    return {};
  const base::WallTime to = reports::breach_end(alert.starts_at, now);
  reports::BreachSection section{.written_at = now,
                                 .triggered = false,
                                 .why_not = why_not_healed(alert),
                                 .fields = notices_.count(subject_of(alert), {alert}, to, config),
                                 .evidence = {}};
  section.evidence =
      reports::gather_evidence(config.exporter_url, config.exporter_http, "", {alert.starts_at - 1h, to + 1s},
                               base::Deadline::after(clock_, kToEvidence));
  const reports::WrittenSection about{alert.fingerprint, alert.starts_at};
  if (auto appended = reports::append_section(folder, week, about, reports::to_markdown(section)); !appended)
    return appended;
  ++written_;
  reports::log_appended(std::string(alert.label("alertname")),
                        fmt::format("{}/{}.md", folder, reports::weekly_name(week)));
  return {};
}

base::Result<> IncidentReporter::attend(const IncidentView& incident, ReportState& report_state,
                                        const View& view, const Config& config) {
  const auto number = parse_incident_id(incident.id);
  if (!number) return {};
  auto facts = reports::facts_of(*number, config, view.policy.policy);
  if (!facts) return std::unexpected(facts.error());
  if (report_state.section_for != incident.alert_names.size()) {
    if (facts->breach) {
      if (auto done = write_section(*facts, *number, config); !done)
        return base::wrap(done.error(), "write the weekly report");
    }
    report_state.section_for = incident.alert_names.size();
  }
  if (!at_rest(incident.state)) return {};
  if (!reports::is_written(config.reports.folder, *facts)) {
    reports::IncidentRequest order{.stack = config.stack,
                                   .config = config.reports,
                                   .sources = reports::sources_of(config, *number),
                                   .inventory = config.inventory};
    const auto path =
        reports::run_incident(order, std::move(*facts), clock_, base::Deadline::after(clock_, kToReport));
    if (!path) return base::wrap(path.error(), "write the report of {}", incident.id);
    ++written_;
    base::log::info("incident report written", {{"incident", incident.id}, {"report", *path}});
  }
  report_state.report = standing_of(incident);
  return {};
}

void IncidentReporter::failed(const base::Error& error) {
  ++errors_;
  ++due_;
  if (retry_ == base::Duration::zero())
    base::log::error("failed to write a report; retrying", {{"error", error.message}});
}

std::optional<base::Duration> IncidentReporter::write_due(const View& view, const Config& config,
                                                          const std::stop_token& stop) {
  due_ = 0;
  if (config.reports.folder.empty()) return std::nullopt;
  const base::WallTime now = clock_.now().wall;
  // A section means that the notice was sent, so the notice comes first.
  std::optional<base::Duration> again = notices_.announce_due(view, config, stop);
  const auto look_again = [&again](base::Duration left) { again = std::min(again.value_or(left), left); };
  std::set<std::string> known;
  for (const IncidentView& incident : view.incidents) {
    known.insert(incident.id);
    if (incident.target.kind == kTask || last_heard(incident) < now - kRecent) continue;
    if (stop.stop_requested()) return base::Duration::zero();
    ReportState& report_state = report_states_[incident.id];
    const bool rests = at_rest(incident.state);
    const bool report = rests && report_state.report != standing_of(incident);
    bool section = report_state.section_for != incident.alert_names.size();
    if (section && !rests && incident.actions == 0) {
      const base::Duration left = incident.opened_at + kActsWithin - now;
      section = left <= base::Duration::zero();
      if (!section) look_again(left);
    }
    if (!report && !section) continue;
    if (!notices_.sent(incident.id)) {
      look_again(kAfterNotice);
      continue;
    }
    if (const auto done = attend(incident, report_state, view, config); !done) failed(done.error());
  }
  for (const Alert& alert : view.firing) {
    if (!is_for_operator(alert) || alert.starts_at < now - kRecent) continue;
    if (const auto seen = for_operator_.find(alert.fingerprint);
        seen != for_operator_.end() && seen->second == alert.starts_at)
      continue;
    // An incident about the same breach has a better section.
    const base::Duration left = alert.starts_at + kActsWithin - now;
    if (left > base::Duration::zero()) {
      look_again(left);
      continue;
    }
    if (!notices_.sent(subject_of(alert))) {
      look_again(kAfterNotice);
      continue;
    }
    if (stop.stop_requested()) return base::Duration::zero();
    if (const auto done = write_section(alert, config); done) {
      for_operator_.insert_or_assign(alert.fingerprint, alert.starts_at);
    } else {
      failed(done.error());
    }
  }
  std::erase_if(for_operator_, [&](const auto& each) {
    return std::ranges::find(view.firing, each.first, &Alert::fingerprint) == view.firing.end();
  });
  std::erase_if(report_states_, [&](const auto& each) { return !known.contains(each.first); });
  if (due_ == 0) {
    retry_ = base::Duration::zero();
    return again;
  }
  retry_ = retry_ == base::Duration::zero() ? kFirstRetry : std::min(2 * retry_, kLastRetry);
  return std::min(again.value_or(retry_), retry_);
}

}  // namespace healer
