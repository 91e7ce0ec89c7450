// Passes received alerts to the ledger and to the decider. A large body is passed in pieces, alerts that
// require a policy first, so that neither the journal nor the decider is blocked for long.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/event_queue.h"
#include "healer/model/inputs.h"
#include "healer/state/alert_store.h"

namespace healer::webhook {

// Thread-safe. What it is given outlives it.
class Intake {
 public:
  // Alerts of one transaction and of one input of the decider. A body with more is a large one.
  static constexpr std::size_t kPiece = 500;

  Intake(AlertStore& ledger, EventQueue& events) : ledger_(ledger), events_(events) {}

  // A whole list of Alertmanager, or a few alerts of one. Blocks for disk I/O, except for a short list.
  void take_list(AlertsInput list);

 private:
  friend class Arrival;

  AlertStore& ledger_;
  EventQueue& events_;
  std::atomic<std::uint64_t> bodies_ = 0;  // large ones so far
};

// One body that is being received. Not thread-safe; every call blocks for disk I/O. However it ends, the
// decider is notified of the end.
class Arrival {
 public:
  // `asked_at`: of a list, the time before the request.
  Arrival(Intake& intake, AlertStore::Source source, base::MonoTime asked_at = {})
      : intake_(intake), source_(source), asked_at_(asked_at) {}
  ~Arrival();
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;

  // A few alerts with the policies that the body requires, while the rest is still being read.
  void demand(std::vector<Alert> alerts);
  // Alertmanager left alerts out of it: the policy does not loosen until a complete list was read.
  void note_truncated() { intake_.events_.post(AlertsInput{.truncated = true}); }
  // All of its alerts. An error: not all of them are durable. The decider is notified of those that are not,
  // and tightens the policy at once.
  base::Result<Accepted> bring(std::vector<Alert> alerts);
  // Ends the body with the list as a whole.
  void end_with(AlertsInput list);

 private:
  void begin();
  void post(AlertsInput input, bool more);
  base::Result<Accepted> write(std::span<Alert> alerts, bool more);

  Intake& intake_;
  const AlertStore::Source source_;
  const base::MonoTime asked_at_;
  std::uint64_t body_ = 0;  // the number of a large body that has started and not ended
  std::size_t early_ = 0;   // stored by demand()
};

}  // namespace healer::webhook
