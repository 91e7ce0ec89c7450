// Charts. The document repeats the content of each chart as text or figures, for Markdown and screen readers.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "healer/reports/data/intervals.h"

namespace healer::reports {

// Up, down and unknown over time, a row each.
struct Timeline {
  std::string title;
  Window window;
  struct Row {
    std::string name;
    std::vector<Interval> intervals;
  };
  std::vector<Row> rows;
};

// One or several series of values; an unknown value leaves a gap.
struct Plot {
  enum class Kind { kBars, kLine };
  std::string title;
  std::string unit;
  Kind kind = Kind::kBars;
  std::vector<std::string> labels;  // of the x axis, one for each value
  struct Series {
    std::string name;
    std::vector<std::optional<double>> values;  // as many as labels
  };
  std::vector<Series> series;       // at most four
  std::optional<double> threshold;  // a dashed line
  std::optional<double> top;        // of the scale; default: the largest value
};

using Chart = std::variant<Timeline, Plot>;

}  // namespace healer::reports
