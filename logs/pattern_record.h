// The history of one pattern, and its status at a given time. See Standing in logs/pattern_book.h for the
// definitions.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "logs/pattern_book.h"

namespace logs {

struct PatternRecord {
  std::uint64_t count = 0;
  base::WallTime first_seen{};
  base::WallTime last_seen{};
  base::Duration longest_silence{};  // between two events; zero before the second
  base::WallTime returned{};         // when it last came back after it was gone; the epoch: never
  HourlyCounts hours;
  std::string example;

  // `at` is between 1970 and 2200; see within_reach().
  void add(base::WallTime at, const PatternBook::Settings& settings);
  // Adds the counts of another record that turned out to be the same pattern.
  void absorb(PatternRecord& other);
  Standing standing(base::WallTime now, const PatternBook::Settings& settings) const;
};

// The nearest time between 1970 and 2200, so that differences do not overflow.
base::WallTime within_reach(base::WallTime at);
std::int64_t hour_of(base::WallTime at);

}  // namespace logs
