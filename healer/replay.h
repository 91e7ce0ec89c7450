// A recorded history decided once more: the same records by the same reasons, or the first that differs.
//
// The clock is the journal's. What came from outside is taken from it as it stands: alerts, what actions and
// checks said (a check's verdict is what its incident's move tells), what operators said, restarts, the
// policy. Each of the healer's own decisions is made anew from what was known just before it, and held
// against the one that was made. A moment at which nothing was decided is not looked at: silences are not
// recorded, so that nobody knows whether an action had been free to start then.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "healer/checkpoint.h"
#include "healer/config.h"
#include "healer/effects.h"
#include "healer/history.h"
#include "healer/record.h"

namespace healer {

struct Difference {
  std::uint64_t seq = 0;
  std::string expected;  // the journal's record
  std::string got;       // what is decided now; "nothing"
};

struct Replayed {
  std::size_t decisions = 0;  // records that were decided anew
  std::optional<Difference> difference;
};

// The moment of the first record, on the virtual clock: the oldest that is remembered is before it.
inline constexpr base::MonoTime kReplayBegins{kOldest + std::chrono::hours(24)};

// `effects` is asked to describe actions, and for nothing else. `before`: what was remembered when the first
// of the records was written.
Replayed replay(std::span<const Entry> entries, const Config& config, const Effects& effects,
                History before = {});

}  // namespace healer
