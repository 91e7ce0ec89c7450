#include "healer/reports/data/gather_incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/http/url.h"
#include "healer/reports/data/breach_counts.h"
#include "healer/reports/data/log_evidence.h"
#include "healer/reports/incident/incident_context.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

// A log pattern that is new within this time before the incident is a possible cause.
constexpr base::Duration kNew = 15min;
constexpr std::size_t kMostPatterns = 5;

void look_at_logs(const Sources& sources, IncidentContext& context, base::WallTime began, Signals& signals,
                  base::Deadline deadline) {
  IncidentReport& report = context.report();
  const IncidentFacts& facts = context.facts();
  const Window hour{began - 1h, std::min(facts.end(), facts.opened_at + 1h) + 1min};
  // A threshold breach concerns the whole stack.
  const std::string source = facts.breach ? "" : context.container();
  report.evidence = gather_evidence(sources.exporter_url, sources.exporter_http, source, hour, deadline);
  if (!report.evidence) return;
  if (!context.container().empty()) {
    report.evidence->last =
        last_lines(sources.exporter_url, sources.exporter_http, context.container(), hour, deadline);
  }
  const base::http::Client client(sources.exporter_url, sources.exporter_http);
  const auto answer =
      client.get("/api/v1/log-patterns?level=error" +
                     (source.empty() ? std::string() : "&source=" + base::percent_encode(source)),
                 deadline);
  if (!answer || answer->status != 200) {
    report.missing.push_back("New log patterns are unknown: the exporter did not return its patterns.");
    return;
  }
  signals.patterns = read_new_patterns(answer->body, {began - kNew, began + 1min}, kMostPatterns);
}

void look_at_limits(Samples& samples, IncidentReport& report) {
  const IncidentFacts& facts = report.facts;
  if (!facts.breach) return;
  std::vector<Alert> alerts;
  for (const AlertFact& each : facts.alerts) alerts.push_back(each.alert);
  report.breach =
      breach_fields(alerts, count_breach(samples, breach_end(facts.opened_at, report.written_at)));
}

}  // namespace

std::vector<Affected> affected_by(const IncidentFacts& facts, const base::Inventory& inventory) {
  std::vector<Affected> all;
  std::set<std::string> listed;
  const auto add = [&](const base::Subsystem& subsystem, std::string why) {
    if (listed.insert(subsystem.name).second)
      all.push_back({subsystem.name, subsystem.trading, std::move(why)});
  };
  for (const auto& each : inventory.subsystems) {
    if (facts.target.kind == kSubsystem && each.name == facts.target.name)
      add(each, "is the incident's target");
    if (facts.target.kind == kContainer && each.container == facts.target.name)
      add(each, "runs in " + facts.target.name);
    if (each.name == facts.subsystem) add(each, "is the alert's subsystem");
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& each : inventory.subsystems) {
      if (std::ranges::find(each.depends_on, all[i].name) != each.depends_on.end())
        add(each, "depends on " + all[i].name);
    }
  }
  return all;
}

void gather_incident(const Sources& sources, const base::Inventory& inventory, IncidentReport& report,
                     base::Deadline deadline) {
  report.affected = affected_by(report.facts, inventory);
  Samples samples(sources.prometheus_url, sources.prometheus_http, deadline);
  IncidentContext context(sources.prometheus_url.empty() ? nullptr : &samples, inventory, report);
  find_beginning(context);
  const IncidentFacts& facts = report.facts;
  const base::WallTime began =
      report.first_bad ? std::min(*report.first_bad, facts.began_at) : facts.began_at;
  Signals signals = find_signals(context, began);
  find_services(context, began);
  if (context.trouble())
    report.missing.push_back(fmt::format("Some Prometheus queries failed: {}.", *context.trouble()));
  look_at_logs(sources, context, began, signals, deadline);
  look_at_limits(samples, report);
  report.container = context.container();
  report.exit_code = signals.exit_code ? signals.exit_code : signals.stopped_code;
  report.hypotheses = hypotheses_of(signals, facts, began);
  std::ranges::stable_sort(report.facts.events, {}, &Event::at);
}

}  // namespace healer::reports
