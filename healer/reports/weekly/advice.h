// Recommended actions: the few most important findings of the week, each with its runbook.
#pragma once

#include <string>
#include <vector>

#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

struct Advice {
  int weight = 0;  // the highest comes first
  std::string what;
  std::string runbook;  // the alert whose runbook helps
};

// At most `most`, by descending weight. Empty: no operator action is required.
std::vector<Advice> advise(const Weekly& weekly, std::size_t most = 3);

}  // namespace healer::reports
