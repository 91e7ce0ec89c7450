// Where a quantity is heading: the median of the slopes between all pairs of points, which a few odd ones do
// not move. H. Theil (1950), P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379–1389.
#pragma once

#include <optional>
#include <span>

#include "healer/reports/intervals.h"

namespace healer::reports {

// Per second; nothing for fewer than two different times. At most 400 points are looked at, evenly taken.
std::optional<double> slope_of(std::span<const Sample> points);

// How many days until `available` reaches 0 at this slope (per second); nothing when it does not fall, or
// only in ten years.
std::optional<double> days_until_empty(double available, double slope);

// Every point at least as high as the one before, and the last a tenth above the first: what a leak looks
// like. Takes `fewest` points at least.
bool only_grows(std::span<const double> floors, std::size_t fewest = 4);

}  // namespace healer::reports
