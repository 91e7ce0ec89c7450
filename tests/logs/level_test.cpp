#include "logs/level.h"

#include <catch2/catch.hpp>

TEST_CASE("each level has the name of its label value, and the worse is the greater") {
  using logs::Level;
  CHECK(logs::name(Level::info) == "info");
  CHECK(logs::name(Level::warning) == "warning");
  CHECK(logs::name(Level::error) == "error");
  CHECK(logs::name(Level::critical) == "critical");
  CHECK(Level::info < Level::warning);
  CHECK(Level::warning < Level::error);
  CHECK(Level::error < Level::critical);
}
