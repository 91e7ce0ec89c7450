// Decides a recorded history again: the same records for the same reasons, or the first difference.
//
// The clock is the journal's. Inputs are taken from the journal: alerts, results of actions and checks (a
// check's verdict is in its incident's move), operators' commands, restarts, the policy. Each of the healer's
// own decisions is made again from the state just before it, and compared with the recorded one, except for
// its text: another version may word the same differently. Times without a decision are skipped: silences are
// not recorded, so it is unknown whether an action could have started then.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/journal/records/record.h"
#include "healer/state/checkpoint.h"
#include "healer/state/history/history.h"

namespace healer {

struct Difference {
  std::uint64_t seq = 0;
  std::string expected;  // the journal's record
  std::string got;       // what is decided now, or "nothing"
};

struct Replayed {
  std::size_t decisions = 0;  // records that were decided again
  std::optional<Difference> difference;
};

// The time of the first record, on the virtual clock: the oldest remembered times are before it.
inline constexpr base::MonoTime kReplayBegins{kOldest + std::chrono::hours(24)};

// `effects` is used only to describe actions that the journal does not describe. `before`: the state when the
// first of the records was written.
Replayed replay(std::span<const Entry> entries, const Config& config, const Effects& effects,
                History before = {});

}  // namespace healer
