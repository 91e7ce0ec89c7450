#include "healer/reports/data/growth.h"

#include <algorithm>
#include <cmath>

#include "healer/reports/data/regression.h"

namespace healer::reports {

std::optional<double> slope_of(std::span<const Sample> points) {
  constexpr std::size_t kMost = 400;
  const std::size_t every = points.size() / kMost + 1;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); i += every) {
    for (std::size_t j = i + every; j < points.size(); j += every) {
      const double seconds = std::chrono::duration<double>(points[j].at - points[i].at).count();
      if (seconds > 0) slopes.push_back((points[j].value - points[i].value) / seconds);
    }
  }
  return median_of(std::move(slopes));
}

std::optional<double> days_until_empty(double available, double slope) {
  if (!std::isfinite(available) || !std::isfinite(slope) || slope >= 0) return std::nullopt;
  const double days = std::max(available, 0.0) / -slope / 86400;
  if (days > 3650) return std::nullopt;
  return days;
}

bool only_grows(std::span<const double> floors, std::size_t fewest) {
  return floors.size() >= fewest && std::ranges::is_sorted(floors) && floors.back() >= floors.front() * 1.1;
}

}  // namespace healer::reports
