#include "salusctl/report.h"

#include <fmt/format.h>

#include "base/http/url.h"
#include "base/yaml/yaml.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/reports/data/files.h"
#include "healer/reports/incident/incident_document.h"
#include "healer/reports/incident/incident_run.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_run.h"
#include "healer/state/incident.h"
#include "inventory/subsystems.h"

namespace healer::salusctl {
namespace {

using namespace std::chrono_literals;

base::Result<reports::Window> window_of(const ReportWeekly& wanted, const base::Clock& clock) {
  reports::Window window = reports::week_before(clock.now().wall);
  if (!wanted.to.empty()) {
    const auto to = base::parse_rfc3339(wanted.to);
    if (!to) return base::wrap(to.error(), "--to");
    window = {*to - 168h, *to};
  }
  if (!wanted.from.empty()) {
    const auto from = base::parse_rfc3339(wanted.from);
    if (!from) return base::wrap(from.error(), "--from");
    window.from = *from;
  }
  if (window.length() < 1h || window.length() > 24h * 31)
    return base::fail("the window of a report must be between 1 hour and 31 days");
  return window;
}

base::Result<> check_url(const char* option, const std::string& url) {
  if (url.empty()) return {};
  if (const auto parsed = base::parse_base_url(url); !parsed) return base::wrap(parsed.error(), "{}", option);
  return {};
}

Output wrong(const base::Error& error) { return Output{2, "", fmt::format("salusctl: {}\n", error.message)}; }

void take_runbooks(const std::string& url, reports::ReportsConfig& config) {
  if (!url.empty()) config.runbook_url = url + (url.ends_with('/') ? "" : "/");
}

}  // namespace

Output report_weekly(const ReportWeekly& wanted, const base::Clock& clock) {
  const auto window = window_of(wanted, clock);
  if (!window) return wrong(window.error());
  for (const auto& [option, url] :
       {std::pair{"--prometheus", &wanted.prometheus}, {"--exporter", &wanted.exporter}}) {
    if (const auto good = check_url(option, *url); !good) return wrong(good.error());
  }
  reports::WeeklyOrder order{
      .stack = wanted.stack, .config = {}, .sources = {}, .window = *window, .validate = {}};
  order.config.folder = wanted.out;
  order.config.objective = wanted.objective / 100;
  take_runbooks(wanted.runbooks, order.config);
  order.sources.prometheus_url = wanted.prometheus;
  order.sources.exporter_url = wanted.exporter;
  if (!wanted.journal.empty()) {
    order.sources.journal = [&wanted](const auto& each) {
      return journal::SqliteJournal::read(wanted.journal, each);
    };
  }
  const auto done = reports::run_weekly(std::move(order), clock, base::Deadline::after(clock, 5min));
  if (!done) return {1, "", fmt::format("salusctl: {}\n", done.error().message)};
  const auto& score = done->weekly.score;
  return {0,
          fmt::format("{}\nweekly score: {}{}\n", done->path,
                      score.value ? std::to_string(*score.value) : std::string(reports::kUnknownWord),
                      score.value && score.at_most ? " at most: a part of it is unknown" : ""),
          ""};
}

Output report_incident(const ReportIncident& wanted, const base::Clock& clock) {
  const auto number = parse_incident_id(wanted.incident);
  if (!number)
    return wrong({fmt::format("invalid incident \"{}\": expected an id such as INC-17", wanted.incident)});
  for (const auto& [option, url] :
       {std::pair{"--prometheus", &wanted.prometheus}, {"--exporter", &wanted.exporter}}) {
    if (const auto good = check_url(option, *url); !good) return wrong(good.error());
  }
  reports::IncidentRequest order{.stack = wanted.stack, .config = {}, .sources = {}, .inventory = {}};
  order.config.folder = wanted.out;
  take_runbooks(wanted.runbooks, order.config);
  order.sources.prometheus_url = wanted.prometheus;
  order.sources.exporter_url = wanted.exporter;
  if (!wanted.subsystems.empty()) {
    base::yaml::Problems problems;
    order.inventory = base::read_inventory(base::yaml::load(wanted.subsystems, problems));
    if (!problems.empty()) return wrong({problems.str()});
  }
  auto facts = reports::read_incident(
      [&wanted](const auto& each) { return journal::SqliteJournal::read(wanted.journal, each); }, *number);
  if (!facts) return {1, "", fmt::format("salusctl: {}\n", facts.error().message)};
  const std::string status = reports::status_of(*facts);
  const auto path =
      reports::run_incident(order, std::move(*facts), clock, base::Deadline::after(clock, 1min));
  if (!path) return {1, "", fmt::format("salusctl: {}\n", path.error().message)};
  return {0, fmt::format("{}\n{}: {}\n", *path, wanted.incident, status), ""};
}

}  // namespace healer::salusctl
