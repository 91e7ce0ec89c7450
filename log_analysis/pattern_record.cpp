#include "log_analysis/pattern_record.h"

#include <algorithm>

namespace log_analysis {

namespace {

bool gone(const PatternRecord& record, base::Duration silence, const PatternStore::Settings& settings) {
  return record.count >= settings.regular_events && silence >= settings.gone_after &&
         silence / 3 >= record.longest_silence;
}

bool surging(const PatternRecord& record, base::WallTime now, const PatternStore::Settings& settings) {
  const std::int64_t hour = hour_of(now);
  std::uint64_t here = 0;
  std::uint64_t before = 0;
  for (const HourCount& one : record.hours.all()) {
    if (one.hour == hour) here = one.count;
    if (one.hour < hour && one.hour >= hour - HourlyCounts::kHours) before += one.count;
  }
  const std::int64_t known =
      std::clamp<std::int64_t>(hour - hour_of(record.first_seen), 1, HourlyCounts::kHours);
  const double mean = static_cast<double>(before) / static_cast<double>(known);
  return here >= settings.surge_events && static_cast<double>(here) >= settings.surge_factor * mean;
}

}  // namespace

base::WallTime within_reach(base::WallTime at) {
  constexpr base::WallTime kLast{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};
  return std::clamp(at, base::WallTime{}, kLast);
}

std::int64_t hour_of(base::WallTime at) {
  return std::chrono::floor<std::chrono::hours>(at.time_since_epoch()).count();
}

void PatternRecord::add(base::WallTime at, const PatternStore::Settings& settings) {
  if (count == 0) {
    first_seen = last_seen = at;
  } else if (at > last_seen) {
    const base::Duration silence = at - last_seen;
    if (gone(*this, silence, settings)) returned = at;
    longest_silence = std::max(longest_silence, silence);
    last_seen = at;
  } else {
    first_seen = std::min(first_seen, at);
  }
  ++count;
  hours.add(hour_of(at), 1);
}

void PatternRecord::absorb(PatternRecord& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = std::move(other);
  } else {
    // The silence of two merged streams is not longer than that of either one.
    if (count == 1) {
      longest_silence = other.longest_silence;
    } else if (other.count > 1) {
      longest_silence = std::min(longest_silence, other.longest_silence);
    }
    count += other.count;
    first_seen = std::min(first_seen, other.first_seen);
    last_seen = std::max(last_seen, other.last_seen);
    returned = std::max(returned, other.returned);
    hours.absorb(other.hours);
    if (example.empty()) example = std::move(other.example);
  }
  other = PatternRecord();
}

Standing PatternRecord::standing(base::WallTime now, const PatternStore::Settings& settings) const {
  now = within_reach(now);
  if (now - first_seen < settings.new_for) return Standing::fresh;
  if (returned != base::WallTime{} && now - returned < settings.new_for) return Standing::regressed;
  if (gone(*this, now - last_seen, settings)) return Standing::gone;
  if (surging(*this, now, settings)) return Standing::surging;
  return Standing::steady;
}

}  // namespace log_analysis
