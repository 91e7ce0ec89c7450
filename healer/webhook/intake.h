// The way of alerts from outside into the ledger and to the decider. A large body comes in pieces, what
// demands a policy first, so that neither the journal nor the decider is busy with it for long.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/alert_ledger.h"
#include "healer/effects.h"
#include "healer/mailbox.h"

namespace healer::webhook {

// Thread-safe. What it is given outlives it.
class Intake {
 public:
  // Alerts of one transaction, and of one input of the decider. A body of more is a large one.
  static constexpr std::size_t kPiece = 500;

  Intake(AlertLedger& ledger, Mailbox& mailbox) : ledger_(ledger), mailbox_(mailbox) {}

  // A whole list of Alertmanager's, or a few alerts of one. Blocks for the disk, but for a short list.
  void take_list(AlertsInput list);

 private:
  friend class Arrival;

  AlertLedger& ledger_;
  Mailbox& mailbox_;
  std::atomic<std::uint64_t> bodies_ = 0;  // large ones so far
};

// One body on its way in. Not thread-safe; every call blocks for the disk. However it ends, the decider gets
// to know that nothing more follows.
class Arrival {
 public:
  // `asked_at`: of a list.
  Arrival(Intake& intake, AlertLedger::Source source, base::MonoTime asked_at = {})
      : intake_(intake), source_(source), asked_at_(asked_at) {}
  ~Arrival();
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;

  // What the body demands, while the rest of it is still being read. Never more than a few.
  void demand(std::vector<Alert> alerts);
  // Alertmanager left alerts out of it: nothing loosens until a whole list was read.
  void note_truncated() { intake_.mailbox_.post(AlertsInput{.truncated = true}); }
  // All of its alerts. An error: not all of them are durable; the decider knows of those that are not, and
  // tightens at once.
  base::Result<Accepted> bring(std::vector<Alert> alerts);
  // In place of the end: the list as a whole.
  void end_with(AlertsInput list);

 private:
  void begin();
  void post(AlertsInput input, bool more);
  base::Result<Accepted> write(std::span<Alert> alerts, bool more);

  Intake& intake_;
  const AlertLedger::Source source_;
  const base::MonoTime asked_at_;
  std::uint64_t body_ = 0;  // of a large one that has begun and not ended
  std::size_t early_ = 0;   // stored by demand()
};

}  // namespace healer::webhook
