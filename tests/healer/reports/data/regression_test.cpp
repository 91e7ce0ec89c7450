#include "healer/reports/data/regression.h"

#include <limits>
#include <random>

#include "tests/catch.h"

using namespace healer::reports;

TEST_CASE("two rates are compared exactly") {
  // Sums of binomial(n, p) tails: P(X >= 5 | 5, 1/2) = 1/32; P(X >= 8 | 10, 1/2) = 56/1024; P(X >= 1 | 3,
  // 1/4) = 37/64.
  CHECK(rate_rose_by_chance(0, 1, 5, 1) == Approx(1.0 / 32));
  CHECK(rate_rose_by_chance(2, 100, 8, 100) == Approx(56.0 / 1024));
  CHECK(rate_rose_by_chance(2, 3, 1, 1) == Approx(37.0 / 64));
  CHECK(rate_rose_by_chance(8, 1, 2, 1) == Approx(1013.0 / 1024));
}

TEST_CASE("rates of which nothing is known, or where nothing happened, did not rise") {
  CHECK(rate_rose_by_chance(0, 1, 0, 1) == 1);
  CHECK(rate_rose_by_chance(5, 0, 5, 1) == 1);
  CHECK(rate_rose_by_chance(5, 1, 5, 0) == 1);
  CHECK(rate_rose_by_chance(0, std::numeric_limits<double>::quiet_NaN(), 3, 1) == 1);
}

TEST_CASE("large counts are compared without losing the answer") {
  CHECK(rate_rose_by_chance(100000, 1, 100000, 1) == Approx(0.5).margin(0.01));
  CHECK(rate_rose_by_chance(100000, 1, 103000, 1) < 1e-9);
  CHECK(rate_rose_by_chance(1000000, 1, 900000, 1) == Approx(1));
}

TEST_CASE("the more there are now, the less it is by chance") {
  double last = 2;
  for (std::uint64_t now = 0; now < 60; ++now) {
    const double chance = rate_rose_by_chance(20, 10, now, 7);
    REQUIRE(chance <= last);
    REQUIRE(chance >= 0);
    last = chance;
  }
}

TEST_CASE("a few errors more are no regression, many are") {
  CHECK(compare_rates(0, 10000, 3, 10000).verdict == Verdict::kNotWorse);
  CHECK(compare_rates(2, 10000, 20, 10000).verdict == Verdict::kWorse);
  CHECK(compare_rates(10000, 1000000, 11000, 1000000).verdict ==
        Verdict::kNotWorse);  // certain, and too small
  CHECK(compare_rates(20, 10000, 20, 5000).verdict ==
        Verdict::kNotWorse);  // twice the rate, and perhaps by chance
  CHECK(compare_rates(0, 0, 20, 5000).verdict == Verdict::kTooFew);
}

TEST_CASE("a shift of latencies is found by ranks, and chance is not taken for one") {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0.1, 0.01);
  int found = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> before(100), same(100), slower(100);
    for (auto* values : {&before, &same}) std::ranges::generate(*values, [&] { return noise(random); });
    std::ranges::generate(slower, [&] { return noise(random) + 0.04; });
    REQUIRE(compare_latency(before, slower).verdict == Verdict::kWorse);
    REQUIRE(compare_latency(slower, before).verdict == Verdict::kNotWorse);
    found += *larger_by_chance(before, same) < 0.05 ? 1 : 0;
  }
  CHECK(found < 25);  // about 10 of 200
}

TEST_CASE("Mann and Whitney's statistic agrees with a known example") {
  // 20 values each, every one of `now` above every one of `before`: U = 400, mean 200, variance 20*20*41/12.
  std::vector<double> before, now;
  for (int i = 0; i < 20; ++i) {
    before.push_back(i);
    now.push_back(100 + i);
  }
  const double z = (400 - 200 - 0.5) / std::sqrt(20.0 * 20 * 41 / 12);
  CHECK(*larger_by_chance(before, now) == Approx(std::erfc(z / std::sqrt(2.0)) / 2));
  CHECK(*larger_by_chance(std::vector<double>(20, 1), std::vector<double>(20, 1)) == 1);
}

TEST_CASE("too few latencies are not judged") {
  const LatencyComparison few = compare_latency({0.1, 0.1}, std::vector<double>(50, 5));
  CHECK(few.verdict == Verdict::kTooFew);
  CHECK(few.chance == std::nullopt);
  CHECK(few.before == Approx(0.1));
  CHECK(compare_latency({}, {}).before == std::nullopt);
  CHECK(compare_latency(std::vector<double>(30, 0.001), std::vector<double>(30, 0.002)).verdict ==
        Verdict::kNotWorse);
}

TEST_CASE("medians pass over what is no number") {
  CHECK(median_of({}) == std::nullopt);
  CHECK(median_of({3, 1, 2}) == 2);
  CHECK(median_of({4, 1, 2, 3}) == 2.5);
  CHECK(median_of({std::numeric_limits<double>::quiet_NaN(), 7}) == 7);
}
