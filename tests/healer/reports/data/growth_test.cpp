#include "healer/reports/data/growth.h"

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

std::vector<Sample> line(int n, double from, double per_hour) {
  std::vector<Sample> points;
  for (int i = 0; i < n; ++i)
    points.push_back({base::WallTime(1765944000s) + std::chrono::hours(i), from + per_hour * i});
  return points;
}

}  // namespace

TEST_CASE("a slope is found whatever a few points say") {
  auto points = line(168, 100, -0.5);
  CHECK(*slope_of(points) * 3600 == Approx(-0.5));
  for (const std::size_t odd : {3u, 50u, 90u, 120u, 160u}) points[odd].value += 1e6;
  CHECK(*slope_of(points) * 3600 == Approx(-0.5).margin(0.01));
  CHECK(*slope_of(line(5000, 0, 2)) * 3600 == Approx(2));
  CHECK(slope_of(line(1, 0, 1)) == std::nullopt);
  CHECK(slope_of({}) == std::nullopt);
}

TEST_CASE("days until a disk is full are reported when it fills") {
  CHECK(*days_until_empty(864, -0.001) == Approx(10));
  CHECK(days_until_empty(864, 0) == std::nullopt);
  CHECK(days_until_empty(864, 1) == std::nullopt);
  CHECK(days_until_empty(1e12, -0.001) == std::nullopt);  // in thousands of years
  CHECK(*days_until_empty(-5, -1) == 0);
}

TEST_CASE("a leak only grows") {
  CHECK(only_grows(std::vector<double>{100, 104, 108, 112}));
  CHECK_FALSE(only_grows(std::vector<double>{100, 104, 103, 112}));
  CHECK_FALSE(only_grows(std::vector<double>{100, 101, 102, 103}));  // too little
  CHECK_FALSE(only_grows(std::vector<double>{100, 150, 200}));       // too short a time
}
