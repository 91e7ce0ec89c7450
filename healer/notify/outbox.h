// Every notifier that is configured, and the log.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/notify/queue.h"
#include "healer/notify/recent.h"
#include "healer/notify/store.h"

namespace healer::notify {

struct NotifierReading {
  Counts counts;
  Backlog backlog;
};

// Thread-safe. A notice is accepted once it is on disk, which a thread of the outbox sees to; from then on it
// outlives the process until it is delivered or given up. Where the disk fails it is delivered from memory.
class Outbox {
 public:
  // Without a store everything is in memory.
  Outbox(const Config& config, std::unique_ptr<Store> store, const base::Clock& clock,
         Jitter jitter = random_jitter());
  // Takes what was added before to the store; delivers nothing more.
  ~Outbox();

  // Gives the notice to every notifier that is to hear of its kind. Never blocks.
  void add(Notice notice);
  // Takes up another configuration. What a notifier still has to deliver it delivers in its new form; what
  // one that is gone has is dropped.
  void reconfigure(const Config& config);
  // By notifier, since the start; also of those that are gone.
  std::map<std::string, NotifierReading> readings() const;
  // Writes that failed: what they were about is in memory alone, or may come twice.
  std::uint64_t store_errors() const { return store_ ? store_->errors_total() : 0; }
  // Waits until everything is delivered, at most so long.
  void drain(base::Duration patience);
  // One attempt with each notifier, or with the one of that name, passing by what waits. By name; empty when
  // there is none. Blocks up to the deadline for each.
  std::vector<std::pair<std::string, Delivery>> test(const std::string& name, base::Deadline deadline);

 private:
  struct Entry {
    NotifierConfig config;
    std::shared_ptr<Queue> queue;
  };
  std::vector<Entry> entries() const;
  void resume();
  void accept_until_stopped(std::stop_token stop);
  void accept(Notice notice);

  const base::Clock& clock_;
  const Jitter jitter_;
  const std::unique_ptr<Store> store_;
  mutable std::mutex mutex_;
  Wording wording_;
  base::Duration same_within_{};
  std::vector<Entry> entries_;
  std::map<std::string, Counts> gone_;
  Recent recent_;  // of the accepting thread

  std::mutex inbox_mutex_;
  std::condition_variable_any inbox_changed_;
  std::deque<Notice> inbox_;
  bool accepting_ = false;
  bool store_failed_ = false;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::notify
