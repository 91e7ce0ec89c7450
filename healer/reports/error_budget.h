// How much an objective allows to be down, and how much of that was used.
// Source of the terms: https://sre.google/workbook/alerting-on-slos/
#pragma once

#include "healer/reports/intervals.h"

namespace healer::reports {

struct Budget {
  double objective = 0.999;  // share of the time that it should be up, below 1
  base::Duration allowed{};  // down, within the whole window
  // Down, as a share of what is allowed: 1 is all of it. Of what is known: a lower bound where time is
  // unknown.
  double spent = 0;
  // How fast: 1 uses all of it within a window of known time. Nothing when nothing is known.
  std::optional<double> burn;
};

// `objective` lies between 0 and 1, both excluded.
Budget budget_of(const Availability& availability, base::Duration window, double objective);

}  // namespace healer::reports
