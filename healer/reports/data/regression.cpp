#include "healer/reports/data/regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace healer::reports {
namespace {

// log of the binomial probability of k among n.
double log_binomial(std::uint64_t n, std::uint64_t k, double p) {
  const auto dn = static_cast<double>(n);
  const auto dk = static_cast<double>(k);
  return std::lgamma(dn + 1) - std::lgamma(dk + 1) - std::lgamma(dn - dk + 1) + dk * std::log(p) +
         (dn - dk) * std::log1p(-p);
}

// Sums terms from `k` outwards. They shrink away from the mean, so the sum can stop early.
double tail(std::uint64_t n, std::uint64_t k, double p, bool upwards) {
  double sum = 0;
  double term = std::exp(log_binomial(n, k, p));
  const double odds = p / (1 - p);
  for (std::uint64_t i = k;;) {
    sum += term;
    if (term <= sum * 1e-16) break;
    if (upwards) {
      if (i == n) break;
      term *= static_cast<double>(n - i) / static_cast<double>(i + 1) * odds;
      ++i;
    } else {
      if (i == 0) break;
      term *= static_cast<double>(i) / static_cast<double>(n - i + 1) / odds;
      --i;
    }
  }
  return std::min(sum, 1.0);
}

}  // namespace

double rate_rose_by_chance(std::uint64_t before, double before_exposure, std::uint64_t now,
                           double now_exposure) {
  if (!(before_exposure > 0) || !(now_exposure > 0) || now == 0) return 1;
  const std::uint64_t n = before + now;
  const double p = now_exposure / (before_exposure + now_exposure);
  if (static_cast<double>(now) >= static_cast<double>(n) * p) return tail(n, now, p, true);
  return 1 - tail(n, now - 1, p, false);
}

std::optional<double> larger_by_chance(std::span<const double> before, std::span<const double> now) {
  if (before.size() < kFewest || now.size() < kFewest) return std::nullopt;
  struct Ranked {
    double value;
    bool is_now;
  };
  std::vector<Ranked> all;
  all.reserve(before.size() + now.size());
  for (const double value : before) all.push_back({value, false});
  for (const double value : now) all.push_back({value, true});
  std::ranges::sort(all, {}, &Ranked::value);
  double rank_sum = 0;  // of `now`
  double ties = 0;      // sum of t³ - t
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].value == all[i].value) ++end;
    const double rank = (static_cast<double>(i + 1) + static_cast<double>(end)) / 2;
    for (std::size_t j = i; j < end; ++j) rank_sum += all[j].is_now ? rank : 0;
    const auto tied = static_cast<double>(end - i);
    ties += tied * tied * tied - tied;
    i = end;
  }
  const auto n1 = static_cast<double>(now.size());
  const auto n2 = static_cast<double>(before.size());
  const double n = n1 + n2;
  const double u = rank_sum - n1 * (n1 + 1) / 2;
  const double variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;  // all are equal
  const double z = (u - n1 * n2 / 2 - 0.5) / std::sqrt(variance);
  return std::erfc(z / std::sqrt(2.0)) / 2;
}

std::optional<double> median_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return std::nullopt;
  const std::size_t half = values.size() / 2;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(half));
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) / 2;
}

LatencyComparison compare_latency(std::vector<double> before, std::vector<double> now) {
  for (auto* values : {&before, &now})
    std::erase_if(*values, [](double value) { return !std::isfinite(value); });
  LatencyComparison found{.before = median_of(before),
                          .now = median_of(now),
                          .before_samples = before.size(),
                          .now_samples = now.size(),
                          .chance = larger_by_chance(before, now),
                          .verdict = Verdict::kTooFew};
  if (!found.chance) return found;
  const bool matters = *found.now >= *found.before * 1.2 && *found.now >= *found.before + 0.005;
  found.verdict = *found.chance < kSignificant && matters ? Verdict::kWorse : Verdict::kNotWorse;
  return found;
}

RateComparison compare_rates(std::uint64_t errors_before, std::uint64_t calls_before,
                             std::uint64_t errors_now, std::uint64_t calls_now) {
  RateComparison found{.errors_before = errors_before,
                       .errors_now = errors_now,
                       .calls_before = calls_before,
                       .calls_now = calls_now,
                       .chance = {},
                       .verdict = Verdict::kTooFew};
  if (calls_before == 0 || calls_now == 0) return found;
  const auto before = static_cast<double>(calls_before);
  const auto now = static_cast<double>(calls_now);
  found.chance = rate_rose_by_chance(errors_before, before, errors_now, now);
  const bool matters =
      static_cast<double>(errors_now) / now >= 1.5 * static_cast<double>(errors_before) / before;
  found.verdict = *found.chance < kSignificant && matters ? Verdict::kWorse : Verdict::kNotWorse;
  return found;
}

}  // namespace healer::reports
