#include "base/result.h"

#include "tests/catch.h"

namespace {

base::Result<int> parse(bool good) {
  if (!good) return base::fail("\"{}\" is not a number", "x");
  return 7;
}

base::Result<> check(bool good) {
  const auto number = parse(good);
  if (!number) return base::wrap(number.error(), "load {}", "a.yml");
  return {};
}

}  // namespace

TEST_CASE("a result holds its value") {
  const auto result = parse(true);
  REQUIRE(result);
  CHECK(*result == 7);
  CHECK(check(true));
}

TEST_CASE("an error that is passed on reads from the outside in") {
  const auto result = check(false);
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "load a.yml: \"x\" is not a number");
}
