// The healer's state as of one journal record, as lines of JSON: see docs/journal-format.md. A start reads
// these lines and the records after them, not years of records.
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

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/state/alert_store.h"
#include "healer/state/history/history.h"

namespace healer {

// Passes one line at a time. `known`: the state of the ledger (AlertStore::settle).
void write_checkpoint(const History& history, const std::map<std::string, AlertStore::Known>& known,
                      base::Now now, const std::function<void(std::string_view)>& line);

// Ages are cut to this.
inline constexpr base::Duration kOldest = std::chrono::hours(24 * 366);

// The age of a time, by the wall clock, which may have been set meanwhile. Never negative, so that a cooldown
// is kept rather than skipped, and never more than kOldest.
base::Duration age_of(base::WallTime at, base::Now now);

// Reads those lines, in order, and the records after them, into an empty history and ledger.
class CheckpointReader {
 public:
  // `now` is the start's.
  CheckpointReader(History& history, AlertStore& ledger, base::Now now)
      : history_(history), ledger_(&ledger), now_(now) {}
  // Without a ledger: its lines are skipped.
  CheckpointReader(History& history, base::Now now) : history_(history), now_(now) {}

  // The error names what is unknown, for example a field that a newer version wrote. History and ledger must
  // then be discarded.
  base::Result<> take(std::string_view line);
  void take(const Entry& entry);

 private:
  History& history_;
  AlertStore* ledger_ = nullptr;
  base::Now now_;
  std::optional<base::MonoTime> at_;  // the checkpoint's time, in this process's monotonic time
};

}  // namespace healer
