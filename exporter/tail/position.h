// What is known of one source of lines, and how far it has been taken.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "logs/level.h"

namespace exporter::tail {

// Where a strand of a source goes on: how far it has been taken, in the source's own terms. Files: 0 and the
// offset. Containers: the nanosecond time, and how many lines bearing exactly that time are taken.
struct Position {
  std::uint64_t place = 0;
  std::uint64_t offset = 0;
  bool operator==(const Position&) const = default;
};

struct Counts {
  std::array<std::uint64_t, logs::kLevels> events{};
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t truncated = 0;  // lines cut at kMaxLine
  std::uint64_t gaps = 0;       // times when lines may have been lost, unread
  base::WallTime last_line{};
};

// What is durable together: counts are exactly those of the lines before `position`. A line is taken when its
// event is: lines of an event under way are in neither.
struct Taken {
  Position position;
  Counts counts;
};

}  // namespace exporter::tail
