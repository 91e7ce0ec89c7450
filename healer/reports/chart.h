// What can be drawn. Every chart says the same in words or figures beside it: Markdown readers and screen
// readers get those.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "healer/reports/intervals.h"

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

// Values in order, of one or several series; an unknown one leaves a gap.
struct Plot {
  enum class Kind { kBars, kLine };
  std::string title;
  std::string unit;
  Kind kind = Kind::kBars;
  std::vector<std::string> labels;  // below, one a value
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
