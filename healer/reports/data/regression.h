// Statistical tests for regressions from one week to the next. They are valid for few observations, too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace healer::reports {

// The significance level. A regression must also be large enough to matter.
inline constexpr double kSignificant = 0.01;

// The probability of at least `now` events in an exposure `now_exposure`, given that there were `before` in
// `before_exposure`, if the rate had not changed: the conditional (binomial) test for two Poisson rates,
// exact for any counts. J. Przyborowski, H. Wilenski, Biometrika 31 (1940) 313–323. 1 if there is nothing
// to compare.
double rate_rose_by_chance(std::uint64_t before, double before_exposure, std::uint64_t now,
                           double now_exposure);

// The probability that values such as `now` came out so much larger than `before` if both were of one
// distribution: the one-sided test of H. B. Mann, D. R. Whitney, Ann. Math. Stat. 18 (1947) 50–60, with the
// normal approximation corrected for ties and continuity, as in
// https://en.wikipedia.org/wiki/Mann–Whitney_U_test. nullopt for fewer than kFewest values on either side,
// for which the approximation is not valid.
std::optional<double> larger_by_chance(std::span<const double> before, std::span<const double> now);
inline constexpr std::size_t kFewest = 20;

std::optional<double> median_of(std::vector<double> values);

enum class Verdict { kWorse, kNotWorse, kTooFew };

struct LatencyComparison {
  std::optional<double> before, now;  // medians
  std::size_t before_samples = 0, now_samples = 0;
  std::optional<double> chance;
  Verdict verdict = Verdict::kTooFew;
};
// Worse: significant, and the median rose by at least a fifth and 5 ms.
LatencyComparison compare_latency(std::vector<double> before, std::vector<double> now);

struct RateComparison {
  std::uint64_t errors_before = 0, errors_now = 0;
  std::uint64_t calls_before = 0, calls_now = 0;
  std::optional<double> chance;
  Verdict verdict = Verdict::kTooFew;
};
// Worse: significant, and the rate rose by at least half.
RateComparison compare_rates(std::uint64_t errors_before, std::uint64_t calls_before,
                             std::uint64_t errors_now, std::uint64_t calls_now);

}  // namespace healer::reports
