#include "salusctl/check/inputs/limits.h"

#include <fmt/format.h>

#include "tests/catch.h"

using namespace healer::salusctl::check;

TEST_CASE("the number of a recorded limit is read where it is one") {
  const auto [expression, value] = GENERATE(table<std::string, std::optional<double>>({
      {"vector(0.9)", 0.9},
      {"vector(3 * 86400)", 259200},
      {"5", 5},
      {"-(1 + 2) / 4", -0.75},
      {"scalar(x)", std::nullopt},
      {"vector(x)", std::nullopt},
      {"vector(5m)", std::nullopt},
      {"x * 2", std::nullopt},
      {"", std::nullopt},
  }));
  CAPTURE(expression);
  const auto limit = read_limit(expression);
  CHECK((limit ? limit->constant() : std::nullopt) == value);
}

TEST_CASE("of a limit with cases, the first that fits holds") {
  const auto limit = read_limit(R"(
    60 * group by (subsystem) (salus_subsystem_info{subsystem=~"a|b"})
    or
    3 * 100 * group by (subsystem) (salus_subsystem_info{subsystem!="c"}))");
  CHECK_FALSE(limit);  // a product of more than one number and the series is another form
  const auto simple = read_limit(R"(
    60 * group by (subsystem) (salus_subsystem_info{subsystem=~"a|b"})
    or
    300 * group by (subsystem) (salus_subsystem_info{subsystem!="c"}))");
  REQUIRE(simple);
  CHECK_FALSE(simple->constant());
  CHECK(simple->of({{"subsystem", {"b"}}}) == 60.0);
  CHECK(simple->of({{"subsystem", {"d"}}}) == 300.0);
  CHECK_FALSE(simple->of({{"subsystem", {"c"}}}));
  CHECK_FALSE(simple->of({}));
}

TEST_CASE("comparisons are found with what they compare, in any depth") {
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"x > 3 * 86400", "x above 259200;"},
      {"x < 3 and x >= 1", "x below 3;x above 1;"},
      {"(max by (a) (x{b=\"c\"}) > bool 2) * y", "max by ( a ) ( x { b = \"c\" } ) above 2;"},
      {"x > on () group_left () l:limit", "x above l:limit;"},
      {"((time() - x > on (a) d:limit) <= on (a) c:limit) * y",
       "time ( ) - x above d:limit;( time ( ) - x > on ( a ) d:limit ) below c:limit;"},
      {"a > 1 and on (s) b > 2", "a above 1;b above 2;"},
      {"x == 3", ""},
      {"x > 2 * y", ""},
      {"x > y{a=\"b\"}", ""},
      {"x >", ""},
  }));
  CAPTURE(expression);
  std::string text;
  for (const Comparison& each : comparisons(expression)) {
    text += fmt::format("{} {} {};", each.left, each.above ? "above" : "below",
                        each.record.empty() ? fmt::format("{}", each.number) : each.record);
  }
  CHECK(text == expected);
}
