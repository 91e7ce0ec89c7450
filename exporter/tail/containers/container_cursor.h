// How far one output of one container has been read. Skips lines that the engine sends twice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "exporter/tail/position.h"

namespace exporter::tail {

// Within one output of one container the engine's times never decrease, unless the clock is set back. Between
// the two outputs they may be out of order, so each output has its own cursor. A line older than the cursor
// has been read: the engine sends lines again after a rotation during a follow, and sends everything from
// `since` on for a new request.
class ContainerCursor {
 public:
  explicit ContainerCursor(Position at) : at_(at) {}

  // A new response begins. `whole`: it contains every line from the cursor's time on, if those still exist.
  void begin_answer(bool whole);

  enum class Verdict {
    kFresh,
    kTaken,     // it was read before
    kAfterGap,  // new, but the last line read no longer exists: lines in between may be lost
  };
  // Classifies the next line of the response, and counts it when it is new. `now`: the wall clock, to
  // distinguish a clock that was set back from a repeated line.
  Verdict admit(std::uint64_t time, std::string_view text, base::WallTime now);

  Position at() const { return at_; }

 private:
  Position at_;
  bool again_ = true;       // lines at the cursor's time are being repeated
  std::uint64_t seen_ = 0;  // how many of them were repeated so far
  bool first_ = false;      // the next line is the first of a whole response
  std::vector<std::size_t>
      texts_;  // hashes of the lines read at the cursor's time, since the exporter's start
};

// The `since` of GET /containers/{id}/logs that misses no line of any output. Empty: from the beginning.
std::string since(std::span<const Position> outputs);
// Whether the response for that `since` begins at or before the position.
bool covers(std::span<const Position> outputs, const Position& at);

}  // namespace exporter::tail
