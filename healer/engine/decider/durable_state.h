// The persistence of the decider: history follows the journal, record by record.
//
// While the journal cannot be written, nothing is applied to history, and writing is retried once a second.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/policy/last_published.h"
#include "healer/journal/journal.h"
#include "healer/state/alert_store.h"
#include "healer/state/history/history.h"

namespace healer {

// Belongs to the decider's thread, except for alerts(). The constructor's arguments outlive it.
class DurableState {
 public:
  DurableState(journal::Journal& journal, const base::Clock& clock, StepContext& step);

  // Reads the journal. Call once, before anything else.
  base::Result<> read();
  // Why the journal lacks records; empty when it is complete. `published`: documents of the previous process.
  std::string find_missing(const std::vector<policy::Published>& published);

  const History& history() const { return history_; }
  // Thread-safe: deliveries become durable here.
  AlertStore& alerts() { return alerts_; }

  // Writes the records in one transaction and applies them to history. False when the journal cannot be
  // written; nothing is applied then. Throws std::logic_error for a move that the table of incident states
  // does not allow.
  bool append(const std::vector<Record>& records);
  // The first records of this process: kept and written later when the journal cannot be written now.
  bool begin(std::vector<Record> records);
  // Writes news among `alerts` and applies them; false when the journal cannot be written.
  bool accept(std::span<const Alert> alerts, AlertStore::Source source, base::MonoTime asked_at = {});
  // Applies what deliveries wrote meanwhile.
  void drain_alerts();
  // How many alert records were applied in this process.
  std::uint64_t alert_records() const { return alert_records_; }

  // Retries a failed journal. True when it is writable again.
  bool retry();
  // Since when the journal fails.
  const std::optional<base::WallTime>& failing_since() const { return failing_since_; }
  bool failing() const { return failing_since_.has_value(); }
  const std::string& failure() const { return failure_; }
  const std::optional<base::MonoTime>& retry_at() const { return retry_at_; }

  // Writes a checkpoint when enough records have come since the last one.
  void checkpoint_if_due();
  // Removes records older than the configured retention. `clock_ok`: the wall clock was not set lately.
  void remove_old_records(bool clock_ok);

  bool quarantined() const { return journal_.quarantined().has_value(); }
  std::string quarantine_reason() const { return journal_.quarantined().value_or(""); }
  const std::string& missing_records() const { return missing_records_; }
  base::WallTime last_start() const { return last_start_; }  // the newest start in the journal; epoch: none
  // All records that were ever written.
  std::uint64_t records() const { return journal_.retired() + journal_.records(); }

 private:
  base::Result<> load();
  void failed(const std::string& error);
  void apply(const std::vector<std::uint64_t>& seqs, const std::vector<Record>& records);
  void apply_alert(const Entry& entry);
  bool save_checkpoint();

  journal::Journal& journal_;
  const base::Clock& clock_;
  StepContext& step_;
  AlertStore alerts_;
  History history_;
  std::uint64_t alert_records_ = 0;
  base::WallTime last_start_{};
  std::string missing_records_;  // why the journal may lack its newest records at this start

  std::vector<Record> backlog_;  // of the start, while the journal cannot be written
  std::optional<base::WallTime> failing_since_;
  std::string failure_;
  std::optional<base::MonoTime> retry_at_;
  std::optional<base::MonoTime> checkpoint_after_;  // the last one failed: no other before
  std::optional<base::MonoTime> retire_at_;         // when to look for old records
};

}  // namespace healer
