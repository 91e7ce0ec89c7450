// What the healer remembers, as lines of JSON that stand for all records of the journal up to one of them:
// docs/journal-format.md shows them. A start reads these and the records after them, not years of records.
//
// Every field of every remembered struct is named in checkpoint.cpp once, for both directions; one that is
// added and not named there does not compile.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "healer/alert_ledger.h"
#include "healer/history.h"

namespace healer {

// Hands over one line at a time. `known`: what the ledger knows (AlertLedger::settle).
void write_checkpoint(const History& history, const std::map<std::string, AlertLedger::Known>& known,
                      base::Now now, const std::function<void(std::string_view)>& line);

// What was longer ago is taken for as long ago.
inline constexpr base::Duration kOldest = std::chrono::hours(24 * 366);

// How long ago it was can only be told by the wall clock, which may have been set meanwhile: never in the
// future, so that a cooldown is kept rather than skipped, and never longer than it is.
base::Duration age_of(base::WallTime at, base::Now now);

// Takes those lines, in order, and the records after them, into what knows nothing yet.
class CheckpointReader {
 public:
  // `now` is the start's.
  CheckpointReader(History& history, AlertLedger& ledger, base::Now now)
      : history_(history), ledger_(&ledger), now_(now) {}
  // What a ledger would know is left out.
  CheckpointReader(History& history, base::Now now) : history_(history), now_(now) {}

  // An error names what is not understood, for example a field that a newer version wrote: both are then to
  // be thrown away.
  base::Result<> take(std::string_view line);
  void take(const Entry& entry);

 private:
  History& history_;
  AlertLedger* ledger_ = nullptr;
  base::Now now_;
  std::optional<base::MonoTime> at_;  // the checkpoint's moment, in this process's monotonic time
};

}  // namespace healer
