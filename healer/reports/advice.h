// What to do first: of everything that a week shows, the few things that matter most, each with its runbook.
#pragma once

#include <string>
#include <vector>

#include "healer/reports/weekly.h"

namespace healer::reports {

struct Advice {
  int weight = 0;  // the heaviest comes first
  std::string what;
  std::string runbook;  // the alert whose runbook helps
};

// At most `most`, heaviest first. Empty: nothing asks for anybody.
std::vector<Advice> advise(const Weekly& weekly, std::size_t most = 3);

}  // namespace healer::reports
