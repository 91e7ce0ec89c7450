// Exact growth of counters within a window, from raw samples. PromQL's increase() extrapolates: 353 events
// would be 359.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "healer/reports/data/samples.h"

namespace healer::reports {

// The growth between two consecutive samples of one series, at least 1.
struct CounterStep {
  base::WallTime from{};  // the earlier sample; the window's beginning if that sample is from before it
  base::WallTime to{};
  std::uint64_t grown = 0;
};
using EachStep = std::function<void(const SeriesLabels& labels, const CounterStep& step)>;

struct CounterGrowth {
  struct Series {
    std::uint64_t grown = 0;
    bool known = false;       // false: there is only one sample, and nothing to compare it with
    base::WallTime newest{};  // the last sample within the window
  };
  std::map<SeriesLabels, Series> series;  // those with a sample within the window
  // From when on the counters were observed: the window's beginning, or the first sample if there was none in
  // the week before. nullopt: there are no samples.
  std::optional<base::WallTime> since;
  std::optional<base::WallTime> until;  // the newest sample of any series

  // Whether the series was still exposed when the newest sample was taken.
  bool exists(const Series& one) const;
};

// A decrease is a reset: the counter started again at 0. The first sample of a series is compared with its
// last one of the week before the window. A series that is new while its target (the labels `job` and
// `instance`) was already scraped started at 0; the first samples of a target are what it had counted before,
// and do not count. `each`: in order of time for one series, except for its first step. Blocks up to the
// samples' deadline.
base::Result<CounterGrowth> count_growth(Samples& samples, const std::string& selector, Window window,
                                         const EachStep& each = {});

}  // namespace healer::reports
