// Charts as inline SVG: no script, colours from the page's style sheet, a title for screen readers.
#pragma once

#include <span>
#include <string>

#include "healer/reports/render/chart.h"

namespace healer::reports {

std::string to_svg(const Chart& chart);
// A small chart for a table cell; empty if there are no values. Non-finite values count as 0.
std::string sparkline(std::span<const double> values);
// The smallest 1, 2 or 5 times a power of ten that is not below `largest`; 1 if `largest` is not above 0.
double nice_top(double largest);

}  // namespace healer::reports
