#include "salusctl/check/promql/promql_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/catch.h"

using healer::salusctl::check::Matcher;
using healer::salusctl::check::named_values;
using healer::salusctl::check::promql_names;

namespace {

// metric{label op value; …} of each selector, then keyword(labels) of each grouping.
std::string named(const std::string& expression) {
  const auto names = promql_names(expression);
  std::string text;
  for (const auto& selector : names.selectors) {
    text += (text.empty() ? "" : " ") + selector.metric;
    for (const auto& matcher : selector.matchers)
      text += fmt::format("[{}{}{}]", matcher.label, matcher.op, matcher.value);
  }
  for (const auto& grouping : names.groupings) {
    text += fmt::format(" {}({})", grouping.keyword, fmt::join(grouping.labels, ","));
  }
  return text;
}

// What the first grouping ranges over.
std::string scope(const std::string& expression) {
  const auto grouping = promql_names(expression).groupings.at(0);
  return expression.substr(grouping.begin, grouping.end - grouping.begin);
}

}  // namespace

TEST_CASE("series, their matchers and groupings are found in an expression") {
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"up", "up"},
      {"up == 0", "up"},
      {R"(up{job="a", instance!~'b.*'} == 0)", "up[job=a][instance!~b.*]"},
      {"up{job=`a\\b`}", "up[job=a\\b]"},
      {R"(up{job="a\"b,}c"})", "up[job=a\"b,}c]"},
      {R"({__name__="x", a="b"})", "x[a=b]"},
      {R"({__name__=~"x.*"})", "[__name__=~x.*]"},
      {"a:b:c{x=\"1\",}", "a:b:c[x=1]"},
      {"sum(rate(x_total[5m]))", "x_total"},
      {"sum by (a, b) (x)", "x by(a,b)"},
      {"SUM BY (a) (x)", "x by(a)"},
      {"sum(x) without (a)", "x without(a)"},
      {"count by () (x)", "x by()"},
      {"x * on (a) group_left (b, c) y", "x y on(a) group_left(b,c)"},
      {"x * on () group_left y", "x y on() group_left()"},
      {"x and on (a) y unless ignoring (b) z or w", "x y z w on(a) ignoring(b)"},
      {"x > bool 3", "x"},
      {"rate(x[5m] offset 1h) + y offset -7d", "x y"},
      {"max_over_time(x[1d:5m] @ end())", "x"},
      {"x @ 1609746000", "x"},
      {"vector(1) + time()", ""},
      {"quantile_over_time(0.5, x[7d])", "x"},
      {"1e3 * .5 - 0x1F + Inf + NaN", ""},
      {"x # and y\n or z", "x z"},
      {"topk(5, x)", "x"},
      {R"x(label_replace(x, "a", "$1", "b", "(.*)"))x", "x"},
      {R"(x{subsystem="$subsystem", source=~"${source:regex}"}[$__rate_interval])",
       "x[subsystem=$subsystem][source=~${source:regex}]"},
      {"$metric + [[other]] + x", "x"},
      {"by_name + offset_total", "by_name offset_total"},
      {"", ""},
  }));
  CAPTURE(expression);
  CHECK(named(expression) == expected);
}

TEST_CASE("what is no PromQL is read as far as it goes") {
  const auto expression = GENERATE(as<std::string>{}, "x{", "x{a=", "x{a=\"b", "sum by (", "sum by (a", ")",
                                   "}{", "x[5m", "\"", "$", "${a", "[[a", "x{a}", "by", "(((((", "x{a=\"b\\");
  CAPTURE(expression);
  CHECK(promql_names(expression).selectors.size() <= 2);
}

TEST_CASE("an aggregation groups what is in its own brackets") {
  CHECK(scope("y + sum by (a) (rate(x[5m])) / z") == "(rate(x[5m])");
  CHECK(scope("y + sum(rate(x[5m])) by (a) / z") == "(rate(x[5m])");
  CHECK(scope("x * on (a) y") == "x * on (a) y");
}

TEST_CASE("offsets lead back to the text") {
  const std::string expression = "1 +\n  second{a=\"b\"}";
  CHECK(expression.substr(promql_names(expression).selectors.at(0).offset, 6) == "second");
}

TEST_CASE("labels that an expression makes itself are reported") {
  CHECK(promql_names(R"(label_join(x, "a", ",", "b"))").makes_labels);
  CHECK_FALSE(promql_names("sum by (a) (x)").makes_labels);
}

TEST_CASE("a matcher names values when it is nothing but literals") {
  using Values = std::vector<std::string>;
  const auto [matcher, values] = GENERATE(table<Matcher, Values>({
      {{"a", "=", "b"}, {"b"}},
      {{"a", "!=", "b.c"}, {"b.c"}},
      {{"a", "=", ""}, {}},
      {{"a", "=~", "b|c"}, {"b", "c"}},
      {{"a", "!~", "(b|c)"}, {"b", "c"}},
      {{"a", "=~", "b|"}, {"b"}},
      {{"a", "=~", "b.*|c"}, {}},
      {{"a", "=~", ".+"}, {}},
      {{"a", "=", "$a"}, {}},
      {{"a", "=~", "[[a]]"}, {}},
  }));
  CAPTURE(matcher.op, matcher.value);
  CHECK(named_values(matcher) == values);
}
