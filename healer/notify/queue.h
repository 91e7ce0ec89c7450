// One notifier's notices on their way: in order, tried again until they are through, never holding up who
// asked.
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

#include "base/clock.h"
#include "healer/effects.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

struct Counts {
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;   // refused, or given up after the last attempt
  std::uint64_t dropped = 0;  // the queue was full, or the healer stopped
};

struct Patience {
  std::size_t max_queued = 256;
  int attempts = 12;  // of one notice: with the delays below, over half an hour
  base::Duration first_delay = std::chrono::seconds(1);  // doubled after each attempt
  base::Duration longest_delay = std::chrono::minutes(5);
  base::Duration attempt = std::chrono::seconds(10);  // what one attempt may take
};

// How long to wait after the `attempt`th attempt (from 1) failed; at least what the receiver asked for.
base::Duration delay_after(int attempt, std::optional<base::Duration> asked, const Patience& patience);

// Thread-safe. Owns a thread.
class Queue {
 public:
  Queue(std::string name, std::unique_ptr<Notifier> notifier, Patience patience, const base::Clock& clock);
  // Waits for the attempt that is being made; what is left is dropped and counted.
  ~Queue();

  // Never blocks. The oldest waiting notice makes room when the queue is full.
  void add(Notice notice);
  const std::string& name() const { return name_; }
  Counts counts() const;
  // Waits until nothing is left to deliver, at most so long. Returns whether that is so.
  bool drain(base::Duration patience);

 private:
  void work(std::stop_token stop);
  // Whether it was delivered; false as well when stop came between two attempts.
  enum class End { kDelivered, kFailed, kStopped };
  End deliver(const Notice& notice, std::stop_token stop);

  std::string name_;
  std::unique_ptr<Notifier> notifier_;
  Patience patience_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Notice> waiting_;
  bool busy_ = false;
  Counts counts_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::notify
