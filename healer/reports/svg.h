// Charts as inline SVG: no script, colours from the page's style sheet, a title for screen readers.
#pragma once

#include <span>
#include <string>

#include "healer/reports/chart.h"

namespace healer::reports {

std::string to_svg(const Chart& chart);
// A small one of some values, for a table's cell; empty for none. What is not finite counts as 0.
std::string sparkline(std::span<const double> values);
// The smallest of 1, 2 and 5 times a power of ten that is not below `largest`; 1 for nothing above 0.
double nice_top(double largest);

}  // namespace healer::reports
