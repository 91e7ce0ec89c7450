// The history of one pattern, and its status at a given time. See Standing in log_analysis/pattern_store.h
// for the definitions.
#pragma once

#include <cstdint>
#include <string>

#include "base/os/clock.h"
#include "log_analysis/pattern_store.h"

namespace log_analysis {

struct PatternRecord {
  std::uint64_t count = 0;
  base::WallTime first_seen{};
  base::WallTime last_seen{};
  base::Duration longest_silence{};  // between two events; zero before the second
  base::WallTime returned{};         // when it last came back after it was gone; the epoch: never
  HourlyCounts hours;
  std::string example;

  // `at` is between 1970 and 2200; see within_reach().
  void add(base::WallTime at, const PatternStore::Settings& settings);
  // Adds the counts of another record that turned out to be the same pattern.
  void absorb(PatternRecord& other);
  Standing standing(base::WallTime now, const PatternStore::Settings& settings) const;
};

// The nearest time between 1970 and 2200, so that differences do not overflow.
base::WallTime within_reach(base::WallTime at);
std::int64_t hour_of(base::WallTime at);

}  // namespace log_analysis
