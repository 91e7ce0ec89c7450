// Creates a weekly report: queries the sources, writes the files, logs the status.
#pragma once

#include <functional>
#include <string>

#include "base/os/clock.h"
#include "healer/config/reports_config.h"
#include "healer/reports/data/gather.h"

namespace healer::reports {

struct WeeklyOrder {
  std::string stack;
  ReportsConfig config;  // with the output folder
  Sources sources;       // `past` is read from the folder
  Window window;
  // Runs the five phases; empty: not run.
  std::function<validation::Validation(base::Deadline)> validate;
};

struct WeeklyDone {
  std::string path;    // of the Markdown
  std::string status;  // ✅ All checks passed
  Weekly weekly;
};

// Logs `Weekly Health Check: ✅ All checks passed`. An error: the report could not be written. Failed
// queries are no error; the report states them. Blocks up to the deadline.
base::Result<WeeklyDone> run_weekly(WeeklyOrder order, const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::reports
