#include "healer/reports/render/svg.h"

#include <limits>

#include "tests/catch.h"

using namespace healer::reports;
using Catch::Contains;
using std::chrono::hours;

namespace {

base::WallTime at(int hour) { return base::WallTime(hours(490000 + hour)); }

std::size_t times(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t pos = text.find(what); pos != std::string::npos; pos = text.find(what, pos + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a timeline draws up, down and unknown differently, each with its words") {
  const Timeline chart{"Availability",
                       {at(0), at(24)},
                       {{"bot<1>",
                         {{at(0), at(10), Condition::kUp},
                          {at(10), at(11), Condition::kDown},
                          {at(11), at(24), Condition::kUnknown}}}}};
  const std::string svg = to_svg(chart);
  CHECK_THAT(svg, Contains("bot&lt;1&gt;") && !Contains("bot<1>"));
  CHECK_THAT(svg, Contains("<title>down from ") && Contains(" for 1 h</title>") && Contains("unknown from"));
  CHECK_THAT(svg, Catch::EndsWith("</svg>"));
}

TEST_CASE("a timeline of nothing is an empty picture") {
  CHECK_THAT(to_svg(Timeline{"x", {at(0), at(0)}, {}}), !Contains("nan") && !Contains("inf"));
}

TEST_CASE("a chart leaves gaps where a value is unknown") {
  Plot chart{.title = "Score",
             .unit = "points",
             .kind = Plot::Kind::kLine,
             .labels = {"a", "b", "c"},
             .series = {{"score", {90.0, std::nullopt, 80.0}}},
             .threshold = {},
             .top = 100};
  const std::string line = to_svg(chart);
  CHECK(times(line, "<circle") == 2);
  CHECK_THAT(line, !Contains("L6") && !Contains("nan"));
  chart.kind = Plot::Kind::kBars;
  CHECK_THAT(to_svg(chart), Contains("<title>unknown</title>"));
}

TEST_CASE("a chart without values has a scale all the same") {
  const std::string svg =
      to_svg(Plot{.title = "t", .unit = "u", .labels = {}, .series = {}, .threshold = {}, .top = {}});
  CHECK_THAT(svg, !Contains("nan") && !Contains("inf"));
}

TEST_CASE("scales end at round figures") {
  const auto [largest, top] = GENERATE(table<double, double>(
      {{0, 1}, {-3, 1}, {1, 1}, {1.2, 2}, {4, 5}, {5.1, 10}, {353, 500}, {1000, 1000}, {0.03, 0.05}}));
  CAPTURE(largest);
  CHECK(nice_top(largest) == Approx(top));
  CHECK(nice_top(std::numeric_limits<double>::quiet_NaN()) == 1);
  CHECK(nice_top(std::numeric_limits<double>::infinity()) == 1);
}

TEST_CASE("a sparkline draws what is above nothing") {
  CHECK(sparkline({}).empty());
  const std::string svg = sparkline(std::vector<double>{0, 1, std::numeric_limits<double>::quiet_NaN(), 2});
  CHECK(times(svg, "<rect") == 2);
  CHECK_THAT(svg, !Contains("nan"));
}
