// The notices of one notifier: delivered in order and retried in a thread of the queue, so that the caller
// never waits. Notices above the rate limit are combined into a digest.
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

#include "base/os/clock.h"
#include "healer/model/notice.h"
#include "healer/notify/notifier.h"
#include "healer/notify/outbox/rate_limiter.h"
#include "healer/notify/outbox/store.h"

namespace healer::notify {

// Counts of notices. Each notice ends in one of these.
struct Counts {
  std::uint64_t delivered = 0;
  std::uint64_t digested = 0;    // delivered as part of a digest
  std::uint64_t failed = 0;      // refused, or given up: a dead letter
  std::uint64_t dropped = 0;     // too many waited, or its notifier was removed
  std::uint64_t suppressed = 0;  // a notice with the same key was sent shortly before
};

struct Backlog {
  std::size_t waiting = 0;  // including those being sent
  base::Duration oldest{};  // how long the oldest has waited
};

// Thread-safe. Owns a thread.
class Queue {
 public:
  struct Item {
    std::uint64_t row = 0;  // in the store; 0: only in memory
    base::WallTime accepted_at{};
    Notice notice;
  };

  // Without a store, notices do not survive the process. The store and the clock outlive the queue.
  Queue(std::string name, std::shared_ptr<Notifier> notifier, RetryPolicy patience, Store* store,
        Jitter jitter, const base::Clock& clock);
  // Waits for the running attempt; the other notices stay in the store.
  ~Queue();

  // If the queue is full, drops the waiting notice with the lowest weight, the oldest of equals. Blocks only
  // to remove that one from the store.
  void add(Item item);
  // Applies from the next attempt on, which is made immediately.
  void replace(std::shared_ptr<Notifier> notifier, RetryPolicy patience);
  void count_suppressed();
  // Drops the waiting notices and removes them from the store. The running attempt continues.
  void give_up();

  const std::string& name() const { return name_; }
  Counts counts() const;
  Backlog backlog() const;
  // Waits until nothing is left to deliver, at most for `patience`. Returns whether nothing is left.
  bool drain(base::Duration patience);

 private:
  void work(std::stop_token stop);
  // Fills `sending_`; false if stop was requested first. Called with the lock held.
  bool choose(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  // Tries until delivered or given up; false if stop was requested first. Called with the lock held, which it
  // releases during attempts.
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
  RetryPolicy patience_;
  std::uint64_t generation_ = 0;  // of the notifier
  std::deque<Item> waiting_;
  std::vector<Item> sending_;  // one notice, or those of a digest
  RateLimiter pace_;
  Counts counts_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::notify
