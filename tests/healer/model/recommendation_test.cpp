#include "healer/model/recommendation.h"

#include "tests/catch.h"

using namespace healer;

TEST_CASE("the worse the issue the sooner, and trading first among equals") {
  const auto [issue, severity, impacts, priority] = GENERATE(table<std::string, std::string, bool, int>({
      {"critical", "warning", true, 1},
      {"", "critical", true, 1},
      {"critical", "critical", false, 2},
      {"high", "critical", true, 3},
      {"high", "", false, 4},
      {"medium", "critical", true, 5},
      {"", "warning", false, 6},
      {"low", "critical", true, 7},
      {"", "info", false, 8},
      {"", "", false, 8},
  }));
  CHECK(priority_of(issue, severity, impacts) == priority);
}

TEST_CASE("a recommendation is named by its record") {
  Recommendation recommendation;
  recommendation.number = 18;
  CHECK(recommendation.id() == "REC-18");
  CHECK(to_string(Recommendation::Outcome::kWithdrawn) == "withdrawn");
}
