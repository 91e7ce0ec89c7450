// One weekly report from beginning to end: ask everything, write the files, say in one line how it went.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "healer/reports/config.h"
#include "healer/reports/gather.h"

namespace healer::reports {

struct WeeklyOrder {
  std::string stack;
  ReportsConfig config;  // with the folder that it is written to
  Sources sources;       // `past` is read from the folder
  Window window;
  // The five phases; none: not run.
  std::function<validation::Validation(base::Deadline)> validate;
};

struct WeeklyDone {
  std::string path;    // of the Markdown
  std::string status;  // ✅ All checks passed
  Weekly weekly;
};

// Logs `Weekly Health Check: ✅ All checks passed`. An error means that no report could be written; whatever
// could merely not be asked is in the report. Blocks up to the deadline.
base::Result<WeeklyDone> run_weekly(WeeklyOrder order, const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::reports
