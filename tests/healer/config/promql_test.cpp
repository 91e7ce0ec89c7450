#include "healer/config/promql.h"

#include "tests/catch.h"

using healer::checks::expand_target;
using healer::checks::promql_problem;

TEST_CASE("an expression that may be right has no problem") {
  const auto expression = GENERATE("up", R"(salus_container_running{container="{{target}}"} == 1)",
                                   "sum(rate(x[5m])) > 0", R"(up{job="a)b"} == 1)",
                                   R"(up{job="quote \" inside"})", "up{job=`back\\`}", "{__name__=~\"a|b\"}");
  CAPTURE(expression);
  CHECK(promql_problem(expression) == std::nullopt);
}

TEST_CASE("what cannot be right is reported with its place") {
  const auto [expression, problem] = GENERATE(table<std::string, std::string>({
      {"", "the expression is empty"},
      {" \n", "the expression is empty"},
      {"sum(up", "a ) is missing at the end"},
      {"up)", "the ) at character 3 has no opening bracket"},
      {"sum(rate(x[5m)])", "the ) at character 14 has no opening bracket"},
      {"up{job=\"x}", "the \" at character 8 is not closed"},
      {"up{job=\"{{job}}\"}", "unknown variable {{job}}: only {{target}} is replaced"},
      {"up{job=\"{{target\"}", "unknown variable {{target\"}: only {{target}} is replaced"},
  }));
  CAPTURE(expression);
  CHECK(promql_problem(expression).value_or("no problem") == problem);
}

TEST_CASE("the target is put in everywhere, and cannot leave its string") {
  CHECK(expand_target(R"(a{c="{{target}}"} + b{c="{{target}}"})", "redis") ==
        R"(a{c="redis"} + b{c="redis"})");
  CHECK(expand_target(R"(a{c="{{target}}"})", "x\"} or up{y=\"") == R"(a{c="x\"} or up{y=\""})");
  CHECK(expand_target("\"{{target}}\"", "a\\b\nc") == R"("a\\b\nc")");
  CHECK(expand_target("up", "redis") == "up");
}
