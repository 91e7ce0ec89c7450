// The alerts that the journal contains, and the only entry point for new ones.
//
// HTTP threads accept the alerts that Alertmanager posts; the decider accepts the ends of alerts that it
// finds missing. Only new information is written, so that a repeated delivery costs nothing and is still
// acknowledged. Written records are passed to the decider in the journal's order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/journal/journal.h"
#include "healer/model/model.h"

namespace healer {

// The alert that always fires. Its receipt shows that monitoring works; it is not journalled.
bool is_watchdog(const Alert& alert);
// It requests healing or demands a policy. An alert that does neither is for operators and is not journalled.
bool asks(const Alert& alert);

struct Accepted {
  std::size_t stored = 0;      // new, now durable
  std::size_t duplicates = 0;  // known already
  std::size_t stale = 0;       // a firing that is known to have ended: accepted only from the whole list
  std::size_t heartbeats = 0;  // the Watchdog
  std::size_t ignored = 0;     // they request nothing
};

// Thread-safe.
class AlertStore {
 public:
  AlertStore(journal::Journal& journal, const base::Clock& clock) : journal_(journal), clock_(clock) {}

  // Before the first accept(): the records of the journal, in order.
  void replay(const Entry& entry);

  // Writes the new ones among `alerts` in one transaction, together with those that other threads brought
  // while the previous transaction was written. On an error none of them was stored. Blocks for the disk.
  // kWebhook: a delivery may be late, so a firing whose start is known to have ended is stale, unless it
  // demands a policy: that always tightens. An end without a time was inferred from the alert's absence and
  // makes nothing stale. kWholeList: the list is Alertmanager's state at `asked_at`; what was received later
  // is newer.
  enum class Source { kWebhook, kWholeList };
  base::Result<Accepted> accept(std::span<const Alert> alerts, Source source, base::MonoTime asked_at = {});

  // What was stored and not drained yet, in the journal's order.
  std::vector<Entry> drain();

  // The remembered state of an alert.
  struct Known {
    bool firing = false;
    bool inferred = false;  // its end
    base::WallTime starts_at{};
    base::MonoTime learned_at{};
    std::uint64_t ended = 0;  // of one that is not firing: its record
  };
  // Calls `what` while no write is in progress, and starts none until it returns. Passes what drain() would
  // return, and all known alerts by fingerprint.
  void settle(
      const std::function<void(std::vector<Entry> fresh, const std::map<std::string, Known>& known)>& what);
  // Before the first accept(), in place of the replay of a checkpoint's records: what one process knew.
  void restore(const std::string& fingerprint, Known known);
  // Before the first accept(): forgets what was replayed and restored.
  void forget();

 private:
  static Known know(const Alert& alert, base::MonoTime learned_at, std::uint64_t ended);
  enum class News { kYes, kNo, kStale };
  static News judge(const Alert& alert, const Known& known, Source source, base::MonoTime asked_at);
  const Known* find(const std::string& fingerprint, const std::map<std::string, Known>& pending) const;

  // One accept() in progress, on its caller's stack.
  struct Delivery {
    std::span<const Alert> alerts;
    Source source{};
    base::MonoTime asked_at{};
    base::Result<Accepted> result = base::fail("the ledger failed");
    bool done = false;
  };
  struct Batch;
  void sift(Delivery& delivery, Batch& batch) const;
  void write(Batch& batch, std::unique_lock<std::mutex>& lock);
  void remember(const Alert& alert, std::uint64_t seq, base::MonoTime learned_at);

  journal::Journal& journal_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable written_;
  bool writing_ = false;                        // by one caller of accept(), for all that wait
  std::vector<Delivery*> waiting_;              // for the next batch
  std::map<std::string, Known> known_;          // by fingerprint
  std::map<std::uint64_t, std::string> ended_;  // those not firing, oldest first, which are forgotten first
  std::vector<Entry> fresh_;
};

}  // namespace healer
