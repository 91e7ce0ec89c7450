// Events in each hour of the last seven days. Compact, because a source may have a thousand patterns with 168
// hours each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace log_analysis {

// An hour that had events: hours since 1970 in UTC.
struct HourCount {
  std::int64_t hour = 0;
  std::uint64_t count = 0;
  bool operator==(const HourCount&) const = default;
};

class HourlyCounts {
 public:
  static constexpr std::int64_t kHours = 7 * 24;  // number of hours kept, including the newest

  // `hour` may be older than the newest; it is ignored when it is too old or `count` is 0.
  void add(std::int64_t hour, std::uint64_t count);
  void absorb(const HourlyCounts& other);

  // Oldest first; an hour without events is left out.
  std::vector<HourCount> all() const;

  // Appends the JSON list [first hour,count,hours to the next,count,…], an empty list when there are none.
  void write(std::string& json) const;

 private:
  template <class Visit>  // visit(hour, count)
  void each(Visit&& visit) const;
  void settle(HourCount one);

  std::int64_t oldest_ = 0;
  // Of every hour from the oldest but the newest: its count and the hours to the next, as LEB128 numbers.
  std::string closed_;
  HourCount newest_;  // count 0: none
  // The hour added to last, not yet merged into the above: consecutive events, also late ones, mostly have
  // the same hour.
  HourCount open_;  // count 0: there is none
};

}  // namespace log_analysis
