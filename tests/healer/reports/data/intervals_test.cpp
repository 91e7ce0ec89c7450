#include "healer/reports/data/intervals.h"

#include <algorithm>
#include <limits>
#include <random>

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kEvery = 5s;
const base::WallTime kFrom(1765944000s);

base::WallTime at(int second) { return kFrom + std::chrono::seconds(second); }

// One sample every 5 s: '1' up, '0' down, ' ' lost.
std::vector<Sample> samples(std::string_view pattern) {
  std::vector<Sample> all;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != ' ') all.push_back({at(static_cast<int>(i) * 5), pattern[i] == '1' ? 1.0 : 0.0});
  }
  return all;
}

std::vector<Interval> list(std::string_view pattern) {
  return intervals_of(samples(pattern), {kFrom, at(static_cast<int>(pattern.size()) * 5)},
                      longest_gap(kEvery));
}

// A letter for each 5 s of the list: u up, d down, ? unknown.
std::string drawn(const std::vector<Interval>& list) {
  std::string text;
  for (const Interval& each : list) {
    text.append(static_cast<std::size_t>(each.length() / kEvery), each.condition == Condition::kUp     ? 'u'
                                                                  : each.condition == Condition::kDown ? 'd'
                                                                                                       : '?');
  }
  return text;
}

}  // namespace

TEST_CASE("samples become one list of up, down and unknown") {
  const auto [pattern, intervals] = GENERATE(table<std::string, std::string>({
      {"1111", "uuuu"},
      {"1001", "uddu"},
      {"11 11", "uuuuu"},    // one lost scrape is no gap
      {"11  11", "u???uu"},  // two are: nothing is known from the last sample on
      {"00  11", "d???uu"},
      {"    11", "????uu"},  // before the first sample nothing is known
      {" 1111", "uuuuu"},
      {"11    ", "u?????"},  // nor after the last one
      {"      ", "??????"},
      {"1", "u"},
  }));
  CAPTURE(pattern);
  CHECK(drawn(list(pattern)) == intervals);
}

TEST_CASE("samples that repeat, go back, are NaN or outside the window change nothing that is known") {
  std::vector<Sample> odd = samples("1111");
  odd.insert(odd.begin() + 2, {at(5), 0});
  odd.insert(odd.begin() + 2, {at(0), 0});
  odd.insert(odd.begin(), {at(-60), 0});
  odd.push_back({at(20), 0});
  IntervalBuilder builder({kFrom, at(20)}, longest_gap(kEvery));
  for (const Sample& sample : odd) builder.add(sample);
  CHECK(drawn(builder.finish()) == "uuuu");
  CHECK(builder.samples() == 4);
  const Sample nan{at(0), std::numeric_limits<double>::quiet_NaN()};
  CHECK(drawn(intervals_of(std::vector{nan, Sample{at(5), 1}}, {kFrom, at(10)}, longest_gap(kEvery))) ==
        "?u");
}

TEST_CASE("the usual distance of samples is their median distance") {
  CHECK(usual_distance(samples("1")) == std::nullopt);
  CHECK(usual_distance(samples("11    111")) == kEvery);
}

TEST_CASE("an interval list covers the window without gaps or overlaps, whatever the samples are") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string pattern(60, ' ');
    for (char& c : pattern) c = "10 111"[random() % 6];
    const auto intervals = list(pattern);
    REQUIRE(intervals.front().from == kFrom);
    REQUIRE(intervals.back().to == at(300));
    for (std::size_t i = 1; i < intervals.size(); ++i) {
      REQUIRE(intervals[i].from == intervals[i - 1].to);
      REQUIRE(intervals[i].condition != intervals[i - 1].condition);
    }
    const Availability found = availability_of(intervals);
    REQUIRE(found.up + found.down + found.unknown == 300s);
    base::Duration down{};
    for (const Outage& outage : found.outages) {
      REQUIRE(outage.down + outage.unknown == outage.to - outage.from);
      down += outage.down;
    }
    REQUIRE(down == found.down);
  }
}

TEST_CASE("what no list knows is the monitor's own gap") {
  const std::vector<std::vector<Interval>> lists{list("111    111111111"), list("1111   1100   11"),
                                                 list("111   1111111111")};
  const auto common = common_gaps(lists);
  REQUIRE(common.size() == 1);
  CHECK(common.front().from == at(15));
  CHECK(common.front().to == at(30));
  CHECK(common_gaps({}).empty());
  CHECK(common_gaps(std::vector<std::vector<Interval>>{list("11111111")}).empty());
}

TEST_CASE("outages are counted with longest, mean time to repair and between failures") {
  const Availability found = availability_of(list("1110011110000011"));
  REQUIRE(found.outages.size() == 2);
  CHECK(found.outages[0].from == at(15));
  CHECK(found.outages[0].down == 10s);
  CHECK(found.longest == 25s);
  CHECK(found.mttr == 17500ms);
  CHECK(found.mtbf == 22500ms);
  CHECK(found.ratio.value() == Approx(9.0 / 16));
}

TEST_CASE("an outage at the window's edge or a gap is censored, and no mean is made of it") {
  const Availability edges = availability_of(list("0011100"));
  REQUIRE(edges.outages.size() == 2);
  CHECK(edges.outages[0].beginning_unseen);
  CHECK_FALSE(edges.outages[0].goes_on);
  CHECK(edges.outages[1].goes_on);
  CHECK(edges.outages[1].censored());
  CHECK(edges.mttr == std::nullopt);
  CHECK(edges.mtbf == 15s);  // one began within the window
  const Availability gap = availability_of(list("11100    11"));
  REQUIRE(gap.outages.size() == 1);
  CHECK(gap.outages[0].end_unseen);
  CHECK_FALSE(gap.outages[0].goes_on);
  CHECK(gap.mttr == std::nullopt);
}

TEST_CASE("an outage with a gap in its middle is one outage, and the gap is not called down") {
  const Availability found = availability_of(list("11000    00011"));
  REQUIRE(found.outages.size() == 1);
  CHECK(found.outages[0].down == 25s);
  CHECK(found.outages[0].unknown == 25s);
  CHECK_FALSE(found.outages[0].censored());
}

TEST_CASE("nothing known gives no figure") {
  const Availability none = availability_of(list("     "));
  CHECK(none.ratio == std::nullopt);
  CHECK(none.longest == std::nullopt);
  CHECK(none.mttr == std::nullopt);
  CHECK(none.mtbf == std::nullopt);
}
