#include "healer/reports/data/intervals.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace healer::reports {
namespace {

Condition condition_of(double value) {
  if (std::isnan(value)) return Condition::kUnknown;
  return value > 0 ? Condition::kUp : Condition::kDown;
}

void extend(std::vector<Interval>& list, base::WallTime from, base::WallTime to, Condition condition) {
  if (from >= to) return;
  if (!list.empty() && list.back().condition == condition && list.back().to == from) {
    list.back().to = to;
  } else {
    list.push_back({from, to, condition});
  }
}

}  // namespace

std::optional<base::Duration> usual_distance(std::span<const Sample> samples) {
  std::vector<base::Duration> distances;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const base::Duration distance = samples[i].at - samples[i - 1].at;
    if (distance > base::Duration::zero()) distances.push_back(distance);
  }
  if (distances.empty()) return std::nullopt;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::ranges::nth_element(distances, middle);
  return *middle;
}

base::Duration longest_gap(base::Duration distance) { return distance * 5 / 2; }

IntervalBuilder::IntervalBuilder(Window window, base::Duration longest_gap)
    : window_(window), longest_gap_(longest_gap) {}

void IntervalBuilder::append(base::WallTime to, Condition condition) {
  extend(intervals_, intervals_.empty() ? window_.from : intervals_.back().to, to, condition);
}

void IntervalBuilder::add(const Sample& sample) {
  if (sample.at < window_.from || sample.at >= window_.to || (newest_ && sample.at <= *newest_)) return;
  ++samples_;
  // The first sample also applies to the time before it, since the previous sample is outside the window.
  const base::WallTime since = newest_.value_or(window_.from);
  const bool near = sample.at - since <= longest_gap_;
  if (!newest_) {
    append(sample.at, near ? condition_of(sample.value) : Condition::kUnknown);
  } else {
    append(sample.at, near ? condition_ : Condition::kUnknown);
  }
  newest_ = sample.at;
  condition_ = condition_of(sample.value);
}

std::vector<Interval> IntervalBuilder::finish() const {
  std::vector<Interval> all = intervals_;
  const base::WallTime since = newest_.value_or(window_.from);
  const bool near = newest_ && window_.to - since <= longest_gap_;
  extend(all, since, window_.to, near ? condition_ : Condition::kUnknown);
  return all;
}

std::vector<Interval> intervals_of(std::span<const Sample> samples, Window window,
                                   base::Duration longest_gap) {
  IntervalBuilder builder(window, longest_gap);
  for (const Sample& sample : samples) builder.add(sample);
  return builder.finish();
}

std::vector<Interval> common_gaps(std::span<const std::vector<Interval>> lists) {
  if (lists.empty()) return {};
  std::vector<Interval> common;
  for (const Interval& each : lists.front()) {
    if (each.condition == Condition::kUnknown) common.push_back(each);
  }
  for (const std::vector<Interval>& list : lists.subspan(1)) {
    std::vector<Interval> both;
    auto other = list.begin();
    for (const Interval& gap : common) {
      while (other != list.end() && other->to <= gap.from) ++other;
      for (auto it = other; it != list.end() && it->from < gap.to; ++it) {
        if (it->condition != Condition::kUnknown) continue;
        extend(both, std::max(gap.from, it->from), std::min(gap.to, it->to), Condition::kUnknown);
      }
    }
    common = std::move(both);
  }
  return common;
}

base::Duration total(std::span<const Interval> intervals, Condition condition) {
  base::Duration sum{};
  for (const Interval& each : intervals) {
    if (each.condition == condition) sum += each.length();
  }
  return sum;
}

Availability availability_of(std::span<const Interval> intervals) {
  Availability found{.up = total(intervals, Condition::kUp),
                     .down = total(intervals, Condition::kDown),
                     .unknown = total(intervals, Condition::kUnknown),
                     .outages = {},
                     .longest = {},
                     .mttr = {},
                     .mtbf = {},
                     .ratio = {}};
  Condition before = Condition::kUnknown;
  bool open = false;
  bool was_up = false;
  int began = 0;             // outages that started within the window
  base::Duration pending{};  // unknown since the outage was last seen down
  for (const Interval& each : intervals) {
    if (each.condition == Condition::kDown) {
      if (!open) {
        found.outages.push_back(
            {.from = each.from, .to = each.to, .beginning_unseen = before != Condition::kUp});
        began += was_up ? 1 : 0;
        open = true;
      }
      Outage& outage = found.outages.back();
      outage.to = each.to;
      outage.down += each.length();
      outage.unknown += std::exchange(pending, base::Duration::zero());
    } else if (each.condition == Condition::kUp) {
      if (open) found.outages.back().end_unseen = before == Condition::kUnknown;
      open = false;
      was_up = true;
      pending = {};
    } else if (open) {
      pending += each.length();
    }
    before = each.condition;
  }
  if (open) found.outages.back().end_unseen = found.outages.back().goes_on = true;

  base::Duration repaired{};
  int whole = 0;
  for (const Outage& outage : found.outages) {
    found.longest = std::max(found.longest.value_or(base::Duration::zero()), outage.down);
    if (outage.censored()) continue;
    repaired += outage.down;
    ++whole;
  }
  if (whole > 0) found.mttr = repaired / whole;
  if (began > 0) found.mtbf = found.up / began;
  if (const base::Duration known = found.up + found.down; known > base::Duration::zero()) {
    found.ratio = static_cast<double>(found.up.count()) / static_cast<double>(known.count());
  }
  return found;
}

}  // namespace healer::reports
