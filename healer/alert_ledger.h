// Which alerts the journal knows, and the one way in for new ones.
//
// HTTP threads bring what Alertmanager posts, the decider what it finds missing. Only what is news is
// written, so that a repeated delivery costs nothing and is still acknowledged; what was written is handed to
// the decider in the journal's order.
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

#include "base/clock.h"
#include "base/result.h"
#include "healer/journal/journal.h"
#include "healer/model.h"

namespace healer {

// The alert that always fires: its receipt is a sign of life and is not journalled.
bool is_watchdog(const Alert& alert);
// It asks for healing or demands a policy. What does neither is for people and is not journalled.
bool asks(const Alert& alert);

struct Accepted {
  std::size_t stored = 0;      // news, now durable
  std::size_t duplicates = 0;  // known already
  std::size_t stale = 0;  // a firing that is known to have ended: believed only when the whole list says so
  std::size_t heartbeats = 0;  // the Watchdog
  std::size_t ignored = 0;     // they ask for nothing
};

// Thread-safe.
class AlertLedger {
 public:
  AlertLedger(journal::Journal& journal, const base::Clock& clock) : journal_(journal), clock_(clock) {}

  // Before the first accept(): what the journal holds, in order.
  void replay(const Entry& entry);

  // Writes the news among `alerts` in one transaction, together with those of other threads that came while
  // another was written. An error means that nothing of it was stored. Blocks for the disk. kWebhook: a
  // delivery may be late, so a firing whose start is known to have ended is stale, unless it demands a
  // policy: that always tightens. An end without a time was only inferred, from its absence: it makes nothing
  // stale. kWholeList: Alertmanager says what was true at `asked_at`; what was learned later is newer.
  enum class Source { kWebhook, kWholeList };
  base::Result<Accepted> accept(std::span<const Alert> alerts, Source source, base::MonoTime asked_at = {});

  // What was stored and not drained yet, in the journal's order.
  std::vector<Entry> drain();

  // What is remembered of an alert.
  struct Known {
    bool firing = false;
    bool inferred = false;  // its end
    base::WallTime starts_at{};
    base::MonoTime learned_at{};
    std::uint64_t ended = 0;  // of one that is not firing: its record
  };
  // Calls `what` at a moment when nothing is being written, and none is until it returns: with what drain()
  // would hand over, and all that is known, by fingerprint.
  void settle(
      const std::function<void(std::vector<Entry> fresh, const std::map<std::string, Known>& known)>& what);
  // Before the first accept(), in place of the replay of a checkpoint's records: what one life knew.
  void restore(const std::string& fingerprint, Known known);
  // Before the first accept(): what was replayed and restored.
  void forget();

 private:
  static Known know(const Alert& alert, base::MonoTime learned_at, std::uint64_t ended);
  enum class News { kYes, kNo, kStale };
  static News judge(const Alert& alert, const Known& known, Source source, base::MonoTime asked_at);
  const Known* find(const std::string& fingerprint, const std::map<std::string, Known>& pending) const;

  // One accept() that is under way, on its caller's stack.
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
  bool writing_ = false;                        // by one of the callers of accept(), for all that wait
  std::vector<Delivery*> waiting_;              // for the next batch
  std::map<std::string, Known> known_;          // by fingerprint
  std::map<std::uint64_t, std::string> ended_;  // those not firing, oldest first: the first to be forgotten
  std::vector<Entry> fresh_;
};

}  // namespace healer
