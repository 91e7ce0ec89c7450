// The state of a service from raw samples: a list of intervals (up, down or unknown) that covers a window
// without gaps or overlaps. All availability figures are computed from it.
//
// Between two samples that are at most longest_gap() apart, the earlier one applies; a longer gap is
// unknown. An outage at the window's edge may have started before or continue after it: it is censored, and
// its length is a lower bound.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/os/clock.h"

namespace healer::reports {

struct Window {
  base::WallTime from{};
  base::WallTime to{};
  base::Duration length() const { return to - from; }
  bool operator==(const Window&) const = default;
};

struct Sample {
  base::WallTime at{};
  double value = 0;
};

enum class Condition { kUnknown, kDown, kUp };

struct Interval {
  base::WallTime from{};
  base::WallTime to{};
  Condition condition = Condition::kUnknown;
  base::Duration length() const { return to - from; }
  bool operator==(const Interval&) const = default;
};

// The median distance between samples of one series. nullopt for fewer than two samples.
std::optional<base::Duration> usual_distance(std::span<const Sample> samples);

// Two and a half distances, so that one scrape may be late and one lost.
base::Duration longest_gap(base::Duration distance);

// Converts the ascending samples of one series into intervals without keeping the samples in memory. A value
// above 0 is up, NaN is unknown. Samples outside the window, or not later than the newest one, are skipped.
class IntervalBuilder {
 public:
  IntervalBuilder(Window window, base::Duration longest_gap);
  void add(const Sample& sample);
  // The number of samples used.
  std::size_t samples() const { return samples_; }
  // The time of the newest sample used.
  std::optional<base::WallTime> newest() const { return newest_; }
  // Intervals of the whole window. The time after the newest sample is unknown if it is longer than
  // longest_gap.
  std::vector<Interval> finish() const;

 private:
  void append(base::WallTime to, Condition condition);

  Window window_;
  base::Duration longest_gap_;
  std::vector<Interval> intervals_;  // from the window's beginning to the newest sample
  std::optional<base::WallTime> newest_;
  Condition condition_ = Condition::kUnknown;  // of the newest sample
  std::size_t samples_ = 0;
};

std::vector<Interval> intervals_of(std::span<const Sample> samples, Window window,
                                   base::Duration longest_gap);

// The times in which all lists are unknown: the monitoring itself was down. Empty for no lists. Ascending;
// each interval is unknown.
std::vector<Interval> common_gaps(std::span<const std::vector<Interval>> lists);

// The total length of the intervals with `condition`.
base::Duration total(std::span<const Interval> intervals, Condition condition);

// A time down without being up in between. Unknown time does not end an outage and does not count as
// downtime.
struct Outage {
  base::WallTime from{};
  base::WallTime to{};
  base::Duration down{};          // known downtime
  base::Duration unknown{};       // within
  bool beginning_unseen = false;  // starts at the window's beginning or after a gap: may be longer
  bool end_unseen = false;        // ends at a gap or the window's end: may be longer
  bool goes_on = false;           // still down at the end of the known time
  bool censored() const { return beginning_unseen || end_unseen; }
};

struct Availability {
  base::Duration up{};
  base::Duration down{};
  base::Duration unknown{};
  std::vector<Outage> outages;
  std::optional<base::Duration> longest;  // a lower bound if that outage is censored
  // Mean time to repair: the mean length of the uncensored outages. nullopt without any.
  std::optional<base::Duration> mttr;
  // Mean time between failures: known uptime divided by the outages that started within the window. nullopt
  // without any.
  std::optional<base::Duration> mtbf;
  // up / (up + down); nullopt if no time is known.
  std::optional<double> ratio;
};
Availability availability_of(std::span<const Interval> intervals);

}  // namespace healer::reports
