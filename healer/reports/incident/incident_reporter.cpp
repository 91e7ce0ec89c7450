#include "healer/reports/incident/incident_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "healer/engine/incident/threshold_breach.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/reports/data/files.h"
#include "healer/reports/data/log_evidence.h"
#include "healer/reports/incident/incident_run.h"
#include "healer/reports/weekly/breach_section.h"
#include "healer/state/incident.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

// The records before an incident's own in which the delivery of its alerts is looked for.
constexpr std::uint64_t kRecordsBefore = 2000;
// Older ones have their report, or need none.
constexpr base::Duration kRecent = 72h;
// An incident without an action by then is reported as one that did not act.
constexpr base::Duration kActsWithin = 1min;
// How old a breach may be to be announced, if the healer died before it could.
constexpr base::Duration kAnnouncedWithin = 5min;
constexpr base::Duration kToCount = 5s;
constexpr base::Duration kToReport = 10s;
constexpr base::Duration kFirstRetry = 5s;
constexpr base::Duration kLastRetry = 5min;

reports::Sources sources_of(const Config& config, std::uint64_t number) {
  reports::Sources sources{.prometheus_url = config.prometheus_url,
                           .prometheus_http = config.prometheus_http,
                           .exporter_url = config.exporter_url,
                           .exporter_http = config.exporter_http,
                           .journal = {},
                           .past = {}};
  sources.journal = [path = config.data_dir + "/journal.db", number](const auto& each) {
    return journal::SqliteJournal::read(path, each, number > kRecordsBefore ? number - kRecordsBefore : 0);
  };
  return sources;
}

base::Result<reports::IncidentFacts> facts_of(std::uint64_t number, const Config& config, const View& view) {
  return reports::read_incident(sources_of(config, number).journal, number, view.policy.policy);
}

bool at_rest(State state) { return !is_open(state) || state == State::kExhausted; }

std::string standing_of(const IncidentView& incident) {
  return fmt::format("{}/{}", to_string(incident.state), incident.actions);
}

base::WallTime last_heard(const IncidentView& incident) {
  return incident.closed_at.value_or(incident.timeline.empty() ? incident.opened_at
                                                               : incident.timeline.back().at);
}

// A breach whose alert names no playbook.
bool is_for_people(const Alert& alert) {
  return alert.label("heal").empty() && breach_of(std::span(&alert, 1)).has_value();
}

std::string key_of(const Notice& notice, base::WallTime opened_at) {
  return fmt::format("{} {} {}", to_string(notice.kind), notice.incident, base::rfc3339(opened_at));
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

}  // namespace

void add_report(Notice& notice, base::WallTime opened_at, const Config& config) {
  if (config.reports.folder.empty()) return;
  const std::string name = reports::incident_report_name(notice.incident, opened_at);
  notice.fields.emplace_back("report", fmt::format("{}/{}.md", config.reports.folder, name));
  const std::string& url =
      config.reports.external_url.empty() ? config.external_url : config.reports.external_url;
  if (!url.empty()) notice.links.emplace_back("report", fmt::format("{}/reports/{}.html", url, name));
}

Notice::Pairs IncidentReporter::count(const reports::IncidentFacts& facts, const Config& config) {
  if (const auto known = counted_.find(facts.id); known != counted_.end()) return known->second;
  std::vector<Alert> alerts;
  for (const auto& each : facts.alerts) alerts.push_back(each.alert);
  reports::Samples samples(config.prometheus_url, config.prometheus_http,
                           base::Deadline::after(clock_, kToCount));
  const reports::BreachCounts counts =
      reports::count_breach(samples, reports::breach_end(facts.opened_at, clock_.now().wall));
  if (!counts.critical) {
    base::log::warn("no exact counts of the threshold breach; reporting those of its alerts",
                    {{"incident", facts.id}, {"reason", counts.critical.why}});
  }
  return counted_[facts.id] = reports::breach_fields(alerts, counts);
}

void IncidentReporter::trigger(Notice notice, const Config& config, const View& view) {
  const auto number = parse_incident_id(notice.incident);
  if (const auto facts =
          number ? facts_of(*number, config, view) : base::fail("the notice names no incident")) {
    put(notice, count(*facts, config));
    notice.key = key_of(notice, facts->opened_at);
  } else {
    base::log::warn("no exact counts of the threshold breach; reporting those of its alerts",
                    {{"incident", notice.incident}, {"reason", facts.error().message}});
  }
  announced_.insert(notice.incident);
  tell_(std::move(notice));
}

base::Result<> IncidentReporter::write_section(const reports::IncidentFacts& facts, std::uint64_t number,
                                               const Config& config) {
  const std::string& folder = config.reports.folder;
  const base::WallTime week = reports::week_end(facts.opened_at);
  const reports::WrittenSection about{facts.id, facts.opened_at};
  const auto written = reports::written_sections(folder, week);
  if (!written) return std::unexpected(written.error());
  if (reports::contains_section(*written, about, number)) return {};
  const base::WallTime now = clock_.now().wall;
  const auto why_not = reports::why_not_healed(facts);
  reports::BreachSection section{.written_at = now,
                                 .triggered = !why_not,
                                 .why_not = why_not.value_or(""),
                                 .fields = count(facts, config),
                                 .evidence = {}};
  section.evidence =
      reports::gather_evidence(config.exporter_url, config.exporter_http, "",
                               {facts.opened_at - 1h, reports::breach_end(facts.opened_at, now) + 1s},
                               base::Deadline::after(clock_, kToCount));
  // The notice first: an existing section means that the notice was sent.
  if (!announced_.contains(facts.id) && now - facts.opened_at < kAnnouncedWithin) {
    announced_.insert(facts.id);
    Notice notice{.kind = why_not ? Notice::Kind::kIncidentReport : Notice::Kind::kAutoHealTriggered,
                  .incident = facts.id,
                  .subsystem = facts.subsystem,
                  .severity = facts.severity,
                  .title = why_not
                               ? fmt::format("{}: {}", facts.id, *facts.breach)
                               : fmt::format("{}: {}", facts.acts.front().id, facts.acts.front().description),
                  .at = now};
    put(notice, section.fields);
    if (why_not) {
      notice.title = fmt::format("{}: {}", facts.id, notice.field("reason"));
      notice.detail = fmt::format("Auto-heal was not triggered: {}.", *why_not);
      notice.fields = {{"report", fmt::format("{}/{}.md", folder, reports::weekly_name(week))}};
    }
    notice.key = key_of(notice, facts.opened_at);
    tell_(std::move(notice));
  }
  if (auto appended = reports::append_section(folder, week, about, reports::to_markdown(section)); !appended)
    return appended;
  ++written_;
  base::log::info("threshold breach added to the weekly report", {{"incident", facts.id}});
  return {};
}

base::Result<> IncidentReporter::write_for_people(const Alert& alert, const Config& config) {
  const std::string& folder = config.reports.folder;
  const base::WallTime now = clock_.now().wall;
  const base::WallTime week = reports::week_end(alert.starts_at);
  const auto written = reports::written_sections(folder, week);
  if (!written) return std::unexpected(written.error());
  if (std::ranges::any_of(*written, [&](const auto& each) { return each.opened_at > alert.starts_at - 1h; }))
    return {};
  reports::Samples samples(config.prometheus_url, config.prometheus_http,
                           base::Deadline::after(clock_, kToCount));
  const base::WallTime to = reports::breach_end(alert.starts_at, now);
  reports::BreachSection section{
      .written_at = now,
      .triggered = false,
      .why_not = fmt::format("{} of {} names no playbook; operator action required", alert.label("alertname"),
                             alert.label("source")),
      .fields = reports::breach_fields(std::span(&alert, 1), reports::count_breach(samples, to)),
      .evidence = {}};
  section.evidence =
      reports::gather_evidence(config.exporter_url, config.exporter_http, "", {alert.starts_at - 1h, to + 1s},
                               base::Deadline::after(clock_, kToCount));
  if (now - alert.starts_at < kAnnouncedWithin) {
    Notice notice{.kind = Notice::Kind::kIncidentReport,
                  .severity = std::string(alert.label("severity")),
                  .title = section.fields.front().second,
                  .detail = fmt::format("Auto-heal was not triggered: {}.", section.why_not),
                  .fields = {{"report", fmt::format("{}/{}.md", folder, reports::weekly_name(week))}},
                  .at = now};
    notice.key =
        fmt::format("{} {} {}", to_string(notice.kind), alert.fingerprint, base::rfc3339(alert.starts_at));
    tell_(std::move(notice));
  }
  const reports::WrittenSection about{alert.fingerprint, alert.starts_at};
  if (auto appended = reports::append_section(folder, week, about, reports::to_markdown(section)); !appended)
    return appended;
  ++written_;
  base::log::info("threshold breach added to the weekly report", {{"alert", alert.label("alertname")}});
  return {};
}

base::Result<> IncidentReporter::attend(const IncidentView& incident, ReportState& report_state,
                                        const View& view, const Config& config) {
  const auto number = parse_incident_id(incident.id);
  if (!number) return {};
  auto facts = facts_of(*number, config, view);
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
                                   .sources = sources_of(config, *number),
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
  std::optional<base::Duration> again;
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
      if (!section) again = std::min(again.value_or(left), left);
    }
    if (!report && !section) continue;
    if (const auto done = attend(incident, report_state, view, config); !done) failed(done.error());
  }
  for (const Alert& alert : view.firing) {
    if (!is_for_people(alert) || alert.starts_at < now - kRecent) continue;
    if (const auto seen = for_people_.find(alert.fingerprint);
        seen != for_people_.end() && seen->second == alert.starts_at)
      continue;
    // An incident about the same breach has a better section.
    const base::Duration left = alert.starts_at + kActsWithin - now;
    if (left > base::Duration::zero()) {
      again = std::min(again.value_or(left), left);
      continue;
    }
    if (stop.stop_requested()) return base::Duration::zero();
    if (const auto done = write_for_people(alert, config); done) {
      for_people_.insert_or_assign(alert.fingerprint, alert.starts_at);
    } else {
      failed(done.error());
    }
  }
  std::erase_if(for_people_, [&](const auto& each) {
    return std::ranges::find(view.firing, each.first, &Alert::fingerprint) == view.firing.end();
  });
  const auto forgotten = [&](const auto& each) { return !known.contains(each.first); };
  std::erase_if(report_states_, forgotten);
  std::erase_if(counted_, forgotten);
  std::erase_if(announced_, [&](const std::string& each) { return !known.contains(each); });
  if (due_ == 0) {
    retry_ = base::Duration::zero();
    return again;
  }
  retry_ = retry_ == base::Duration::zero() ? kFirstRetry : std::min(2 * retry_, kLastRetry);
  return std::min(again.value_or(retry_), retry_);
}

}  // namespace healer
