// What raw samples say of a service: one list of intervals, up, down or unknown, that covers a window without
// gaps or overlaps. Everything said of availability is computed from it.
//
// Samples say what was so when they were taken. Between two of them that are no further apart than the gap
// rule allows, the earlier one holds; across a longer gap nothing is known. A state that is there at the
// window's edge may have begun before or go on after it: such an outage is censored, and its length is a
// lower bound.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"

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

// How far apart samples of one series usually are: the median distance. Nothing for fewer than two samples.
std::optional<base::Duration> usual_distance(std::span<const Sample> samples);

// Two and a half distances: one scrape may be late and one lost.
base::Duration longest_gap(base::Duration distance);

// Takes the samples of one series, ascending, and keeps the intervals only: a week of samples never is in
// memory. A value above 0 is up, NaN is unknown. Samples outside the window, or not later than the newest
// one, are passed over.
class IntervalBuilder {
 public:
  IntervalBuilder(Window window, base::Duration longest_gap);
  void add(const Sample& sample);
  // Samples taken.
  std::size_t samples() const { return samples_; }
  // The whole window. What follows the newest sample is unknown once it is further away than the gap rule
  // allows.
  std::vector<Interval> finish() const;

 private:
  void append(base::WallTime to, Condition condition);

  Window window_;
  base::Duration longest_gap_;
  std::vector<Interval> intervals_;  // from the window's beginning to the newest sample
  std::optional<base::WallTime> newest_;
  Condition condition_ = Condition::kUnknown;  // since the newest
  std::size_t samples_ = 0;
};

std::vector<Interval> intervals_of(std::span<const Sample> samples, Window window,
                                   base::Duration longest_gap);

// When every list was unknown at once: nothing was looked at, by the monitor's own fault. Empty for no lists.
// Ascending; each interval is unknown.
std::vector<Interval> common_gaps(std::span<const std::vector<Interval>> lists);

// How long the list is in `condition`.
base::Duration total(std::span<const Interval> intervals, Condition condition);

// Down without being up in between: time that was unknown within does not end an outage, and does not count
// for it.
struct Outage {
  base::WallTime from{};
  base::WallTime to{};
  base::Duration down{};          // known to be down
  base::Duration unknown{};       // within
  bool beginning_unseen = false;  // down from the window's beginning, or after a gap: it may be longer
  bool end_unseen = false;        // a gap or the window's end follows: it may be longer
  bool goes_on = false;           // still down at the end of what is known
  bool censored() const { return beginning_unseen || end_unseen; }
};

struct Availability {
  base::Duration up{};
  base::Duration down{};
  base::Duration unknown{};
  std::vector<Outage> outages;
  std::optional<base::Duration> longest;  // of the outages; a lower bound if that one is censored
  // Mean time to repair: the mean length of the outages whose beginning and end were seen. Nothing without
  // any.
  std::optional<base::Duration> mttr;
  // Mean time between failures: known time up, divided by the outages that began within the window. Nothing
  // without any.
  std::optional<base::Duration> mtbf;
  // up / (up + down); nothing when nothing is known.
  std::optional<double> ratio;
};
Availability availability_of(std::span<const Interval> intervals);

}  // namespace healer::reports
