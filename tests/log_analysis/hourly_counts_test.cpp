#include "log_analysis/hourly_counts.h"

#include <map>
#include <random>

#include "tests/catch.h"

using log_analysis::HourCount;
using log_analysis::HourlyCounts;

namespace {

std::string written(const HourlyCounts& hours) {
  std::string json = "x";
  hours.write(json);
  return json.substr(1);
}

}  // namespace

TEST_CASE("hours count what a map of the last seven days counts, in whatever order they come") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  std::mt19937 random(seed);
  HourlyCounts hours;
  std::map<std::int64_t, std::uint64_t> expected;
  std::int64_t newest = 0;
  for (int i = 0; i < 3000; ++i) {
    if (random() % 4 == 0) newest += static_cast<std::int64_t>(random() % (random() % 50 == 0 ? 400 : 4));
    const std::int64_t hour = std::max<std::int64_t>(0, newest - static_cast<std::int64_t>(random() % 200));
    const std::uint64_t count = 1 + random() % (random() % 2 == 0 ? 5 : 1'000'000);
    hours.add(hour, count);
    expected[hour] += count;
    expected.erase(expected.begin(),
                   expected.lower_bound(expected.rbegin()->first - HourlyCounts::kHours + 1));
    std::vector<HourCount> list;
    for (const auto& [each, sum] : expected) list.push_back({each, sum});
    REQUIRE(hours.all() == list);
  }
}

TEST_CASE("a list of hours is short") {
  HourlyCounts hours;
  CHECK(written(hours) == "[]");
  hours.add(0, 2);
  CHECK(written(hours) == "[0,2]");
  hours.add(1, 300);
  hours.add(5, 1);
  CHECK(written(hours) == "[0,2,1,300,4,1]");
}

TEST_CASE("counts end at what a number holds, and nothing counts for nothing") {
  HourlyCounts hours;
  hours.add(7, 0);
  CHECK(hours.all().empty());
  hours.add(7, UINT64_MAX);
  hours.add(7, 2);
  hours.add(9, 1);
  hours.add(7, 3);
  CHECK(hours.all() == std::vector<HourCount>{{7, UINT64_MAX}, {9, 1}});
}

TEST_CASE("hours of two patterns that are one add up") {
  HourlyCounts one;
  HourlyCounts other;
  one.add(10, 1);
  one.add(12, 2);
  other.add(11, 4);
  other.add(12, 8);
  other.add(-200, 16);
  one.absorb(other);
  CHECK(one.all() == std::vector<HourCount>{{10, 1}, {11, 4}, {12, 10}});
  one.absorb(HourlyCounts());
  CHECK(one.all().size() == 3);
}
