#include "log_analysis/level.h"

#include "tests/catch.h"

TEST_CASE("each level has the name of its label value, and the worse is the greater") {
  using log_analysis::Level;
  CHECK(log_analysis::name(Level::info) == "info");
  CHECK(log_analysis::name(Level::warning) == "warning");
  CHECK(log_analysis::name(Level::error) == "error");
  CHECK(log_analysis::name(Level::critical) == "critical");
  CHECK(Level::info < Level::warning);
  CHECK(Level::warning < Level::error);
  CHECK(Level::error < Level::critical);
}
