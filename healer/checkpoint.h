// What the healer remembers, as lines of JSON that stand for all records of the journal up to one of them:
// docs/journal-format.md shows them. A start reads these and the records after them, not years of records.
//
// Every field of every remembered struct is named in checkpoint.cpp once, for both directions; one that is
// added and not named there does not compile.
#pragma once

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

// Takes those lines, in order, into what knows nothing yet.
class CheckpointReader {
 public:
  // `now` is the start's: what happened before it is as long ago as the wall clock says, but never in the
  // future and never longer ago than `oldest`.
  CheckpointReader(History& history, AlertLedger& ledger, base::Now now, base::Duration oldest)
      : history_(history), ledger_(ledger), now_(now), oldest_(oldest) {}

  // An error names what is not understood, for example a field that a newer version wrote: both are then to
  // be thrown away.
  base::Result<> take(std::string_view line);

 private:
  History& history_;
  AlertLedger& ledger_;
  base::Now now_;
  base::Duration oldest_;
  std::optional<base::MonoTime> at_;  // the checkpoint's moment, in this process's monotonic time
};

}  // namespace healer
