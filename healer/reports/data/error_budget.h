// The error budget: the downtime that an objective allows, and how much of it was used.
// Source of the terms: https://sre.google/workbook/alerting-on-slos/
#pragma once

#include "healer/reports/data/intervals.h"

namespace healer::reports {

struct Budget {
  double objective = 0.999;  // target share of uptime, below 1
  base::Duration allowed{};  // downtime within the whole window
  // Known downtime as a share of the allowed one; 1: all of it. A lower bound if some time is unknown.
  double spent = 0;
  // The burn rate: 1 uses the whole budget within a window of known time. nullopt if no time is known.
  std::optional<double> burn;
};

// `objective` is between 0 and 1, both excluded.
Budget budget_of(const Availability& availability, base::Duration window, double objective);

}  // namespace healer::reports
