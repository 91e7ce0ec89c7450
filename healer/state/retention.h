// Removes old records from the journal; the state derived from them is kept.
#pragma once

#include <cstdint>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/journal/journal.h"

namespace healer {

// The most records removed at once. It blocks for as long as reading them twice takes.
inline constexpr std::uint64_t kRetiredAtOnce = 1000;

// Whether the journal's oldest record was written before that time.
bool is_older(journal::Journal& journal, base::WallTime before);

struct Retired {
  std::uint64_t records = 0;  // removed now
  base::WallTime until{};     // the last of them
  bool more = false;          // there may be more to remove
};

// Replaces the journal's records from before `before` by the state derived from them, so that a start that
// reads everything gets the same state. Ends, if possible, at a record after which no incident was being
// healed, so that a replay of the rest need not know earlier times. Removes only records that the checkpoint
// covers. Blocks.
base::Result<Retired> retire(journal::Journal& journal, const base::Clock& clock, base::Now now,
                             base::WallTime before);

}  // namespace healer
