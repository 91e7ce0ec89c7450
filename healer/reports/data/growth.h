// The trend of a quantity: the median of the slopes between all pairs of points, which is robust against
// outliers. H. Theil (1950), P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379–1389.
#pragma once

#include <optional>
#include <span>

#include "healer/reports/data/intervals.h"

namespace healer::reports {

// Per second; nullopt for fewer than two different times. Uses at most 400 evenly spaced points.
std::optional<double> slope_of(std::span<const Sample> points);

// How many days until `available` reaches 0 at this slope (per second); nullopt if it does not fall, or
// takes more than ten years.
std::optional<double> days_until_empty(double available, double slope);

// Whether the points look like a leak: none is lower than the one before, and the last is at least a tenth
// above the first. Requires at least `fewest` points.
bool only_grows(std::span<const double> floors, std::size_t fewest = 4);

}  // namespace healer::reports
