// How far one output of one container has been taken, whatever the engine gives twice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "exporter/tail/position.h"

namespace exporter::tail {

// Within one output of one container the engine's times never go back, unless the clock is set back; between
// the two outputs they may be out of order. So each has its own cursor. What is older than the cursor has
// been taken: the engine gives lines again after a rotation, in the middle of a follow, and everything from
// `since` on when it is asked anew.
class ContainerCursor {
 public:
  explicit ContainerCursor(Position at) : at_(at) {}

  // A new answer begins. It holds every line from the cursor's time on, if they are still there: `whole`.
  void begin_answer(bool whole);

  enum class Verdict {
    kFresh,
    kTaken,     // it has been taken before
    kAfterGap,  // fresh, but the line taken last has gone: what was between may be lost
  };
  // Judges the next line of the answer, and counts it when it is fresh. `now`: the wall clock, which tells a
  // clock that was set back from a line given twice.
  Verdict admit(std::uint64_t time, std::string_view text, base::WallTime now);

  Position at() const { return at_; }

 private:
  Position at_;
  bool again_ = true;               // lines at the cursor's time are being given again
  std::uint64_t seen_ = 0;          // so many of them so far
  bool first_ = false;              // the next line is the first of a whole answer
  std::vector<std::size_t> texts_;  // hashes of the lines taken at the cursor's time, in this life
};

// From when the engine has to be asked for, so that no output's lines are missed: GET /containers/{id}/logs's
// `since`. Empty: from the beginning.
std::string since(std::span<const Position> outputs);
// Whether an answer for that `since` begins at or before the position.
bool covers(std::span<const Position> outputs, const Position& at);

}  // namespace exporter::tail
