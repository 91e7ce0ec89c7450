// Counts and positions of one source of lines.
#pragma once

#include <array>
#include <cstdint>

#include "base/os/clock.h"
#include "log_analysis/level.h"

namespace exporter::tail {

// Where a strand continues, in the source's own units. Files: 0 and the offset. Containers: the time in
// nanoseconds, and how many lines with exactly that time were read.
struct Position {
  std::uint64_t place = 0;
  std::uint64_t offset = 0;
  bool operator==(const Position&) const = default;
};

struct Counts {
  std::array<std::uint64_t, log_analysis::kLevels> events{};
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t truncated = 0;  // lines cut at kMaxLine
  std::uint64_t gaps = 0;       // how often lines may have been lost unread
  base::WallTime last_line{};
};

// What is durable together: the counts are exactly those of the lines before `position`. A line is counted
// when its event is complete: lines of an incomplete event are in neither.
struct Taken {
  Position position;
  Counts counts;
};

}  // namespace exporter::tail
