#include "healer/reports/data/error_budget.h"

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

TEST_CASE("three nines of a week allow ten minutes down") {
  const Availability known{.up = 168h - 302400ms,
                           .down = 302400ms,
                           .unknown = {},
                           .outages = {},
                           .longest = {},
                           .mttr = {},
                           .mtbf = {},
                           .ratio = 1 - 0.0005};
  const Budget budget = budget_of(known, 168h, 0.999);
  CHECK(std::chrono::round<std::chrono::milliseconds>(budget.allowed) == 604800ms);
  CHECK(budget.spent == Approx(0.5));
  CHECK(budget.burn.value() == Approx(0.5));
}

TEST_CASE("where most is unknown the budget is the window's, and the burn is that of the known time") {
  const Availability half{.up = 83h,
                          .down = 1h,
                          .unknown = 84h,
                          .outages = {},
                          .longest = {},
                          .mttr = {},
                          .mtbf = {},
                          .ratio = 83.0 / 84};
  const Budget budget = budget_of(half, 168h, 0.99);
  CHECK(budget.spent == Approx(1 / 1.68));
  CHECK(budget.burn.value() == Approx(100.0 / 84));
  CHECK(budget_of({}, 168h, 0.999).burn == std::nullopt);
  CHECK(budget_of({}, 168h, 0.999).spent == 0);
}
