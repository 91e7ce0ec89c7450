// One notifier's notices on their way: in order, tried again until they are through, never holding up who
// asked. More than can be sent one by one become a digest.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "healer/notice.h"
#include "healer/notify/notifier.h"
#include "healer/notify/pace.h"
#include "healer/notify/store.h"

namespace healer::notify {

// Of notices, each of which ends as one of these.
struct Counts {
  std::uint64_t delivered = 0;
  std::uint64_t digested = 0;    // delivered as part of a digest
  std::uint64_t failed = 0;      // refused, or given up: a dead letter
  std::uint64_t dropped = 0;     // too many waited, or its notifier is configured no more
  std::uint64_t suppressed = 0;  // said already, a short while before
};

struct Backlog {
  std::size_t waiting = 0;  // also what is just being sent
  base::Duration oldest{};  // how long the oldest of them has waited
};

// Thread-safe. Owns a thread.
class Queue {
 public:
  struct Item {
    std::uint64_t row = 0;  // in the store; 0: in memory alone
    base::WallTime accepted_at{};
    Notice notice;
  };

  // Without a store nothing outlives the process. The store and the clock outlive the queue.
  Queue(std::string name, std::shared_ptr<Notifier> notifier, Patience patience, Store* store, Jitter jitter,
        const base::Clock& clock);
  // Waits for the attempt that is being made; what is left stays in the store.
  ~Queue();

  // Never blocks but for the removal of what had to make room: the lightest waiting notice, the oldest of
  // equals.
  void add(Item item);
  // From the next attempt on, which is made at once.
  void replace(std::shared_ptr<Notifier> notifier, Patience patience);
  void count_suppressed();
  // Takes out what waits, counts it as dropped and removes it from the store. What is being sent goes on.
  void give_up();

  const std::string& name() const { return name_; }
  Counts counts() const;
  Backlog backlog() const;
  // Waits until nothing is left to deliver, at most so long. Returns whether that is so.
  bool drain(base::Duration patience);

 private:
  void work(std::stop_token stop);
  // Fills `sending_`; false when stop came first. Under the lock.
  bool choose(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  // Until it is delivered or given up; false when stop came first. Under the lock, but for the attempts.
  bool deliver(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void bury(std::unique_lock<std::mutex>& lock, const std::string& error, int attempts);
  bool is_expired() const;
  std::vector<std::uint64_t> rows_of_sending() const;

  const std::string name_;
  Store* const store_;
  const Jitter jitter_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<Notifier> notifier_;
  Patience patience_;
  std::uint64_t generation_ = 0;  // of the notifier
  std::deque<Item> waiting_;
  std::vector<Item> sending_;  // one notice, or those of a digest
  Pace pace_;
  Counts counts_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::notify
