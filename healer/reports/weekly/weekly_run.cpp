#include "healer/reports/weekly/weekly_run.h"

#include "base/log.h"
#include "base/program.h"
#include "healer/reports/data/files.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {

base::Result<WeeklyDone> run_weekly(WeeklyOrder order, const base::Clock& clock, base::Deadline deadline) {
  order.sources.past = past_reports(order.config.folder, order.window);
  Weekly weekly = gather(order.sources, order.config, order.window, deadline);
  weekly.stack = order.stack;
  weekly.appendix.version = base::version();
  weekly.written_at = clock.now().wall;
  if (order.validate) {
    weekly.validation = order.validate(deadline);
  } else {
    weekly.validation = Known<validation::Validation>::unknown("it was not run");
  }
  rate(weekly);
  auto path = write_weekly(order.config.folder, weekly);
  if (!path) return base::wrap(path.error(), "weekly report");
  WeeklyDone done{.path = std::move(*path), .status = status_of(weekly), .weekly = std::move(weekly)};
  const auto& score = done.weekly.score.value;
  base::log::info(
      fmt::format("Weekly Health Check: {}", done.status),
      {{"report", done.path}, {"score", score ? std::to_string(*score) : std::string(kUnknownWord)}});
  return done;
}

}  // namespace healer::reports
