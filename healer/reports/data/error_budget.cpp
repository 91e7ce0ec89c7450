#include "healer/reports/data/error_budget.h"

namespace healer::reports {

Budget budget_of(const Availability& availability, base::Duration window, double objective) {
  Budget budget{.objective = objective, .allowed = {}, .spent = 0, .burn = {}};
  const double allowed = static_cast<double>(window.count()) * (1 - objective);
  budget.allowed = base::Duration(static_cast<base::Duration::rep>(allowed));
  if (allowed > 0) budget.spent = static_cast<double>(availability.down.count()) / allowed;
  if (availability.ratio) budget.burn = (1 - *availability.ratio) / (1 - objective);
  return budget;
}

}  // namespace healer::reports
