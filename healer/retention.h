// The journal does not grow for ever: what is old is removed, what it amounts to stays.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "healer/journal/journal.h"

namespace healer {

// Records that are removed at once at most: it blocks for as long as they take to be read twice.
inline constexpr std::uint64_t kRetiredAtOnce = 1000;

// Whether the journal's oldest record was written before then.
bool is_older(journal::Journal& journal, base::WallTime before);

struct Retired {
  std::uint64_t records = 0;  // removed now
  base::WallTime until{};     // the last of them
  bool more = false;          // there may be more to remove
};

// Removes the oldest records of the journal, those of before `before`, in favour of what they amount to: a
// start that reads everything comes to the same as before. Ends, where it can, at a record after which
// nothing was being healed, so that a replay of what is left need not know how long it had been. None that
// the checkpoint does not stand for is removed. Blocks.
base::Result<Retired> retire(journal::Journal& journal, const base::Clock& clock, base::Now now,
                             base::WallTime before);

}  // namespace healer
