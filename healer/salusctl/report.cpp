#include "healer/salusctl/report.h"

#include <fmt/format.h>

#include "base/url.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/reports/files.h"
#include "healer/reports/units.h"
#include "healer/reports/weekly_run.h"

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
    return base::fail("a report is of an hour at least and 31 days at most");
  return window;
}

base::Result<> check_url(const char* option, const std::string& url) {
  if (url.empty()) return {};
  if (const auto parsed = base::parse_base_url(url); !parsed) return base::wrap(parsed.error(), "{}", option);
  return {};
}

}  // namespace

Output report_weekly(const ReportWeekly& wanted, const base::Clock& clock) {
  const auto wrong = [](const base::Error& error) {
    return Output{2, "", fmt::format("salusctl: {}\n", error.message)};
  };
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
  if (!wanted.runbooks.empty())
    order.config.runbook_url = wanted.runbooks + (wanted.runbooks.ends_with('/') ? "" : "/");
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
          fmt::format("{}\nhealth score: {}{}\n", done->path,
                      score.value ? std::to_string(*score.value) : std::string(reports::kUnknownWord),
                      score.value && score.at_most ? " at most: a part of it is unknown" : ""),
          ""};
}

}  // namespace healer::salusctl
