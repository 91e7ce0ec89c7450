// Delivers notices to every configured notifier and to the log.
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

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/notify/outbox/queue.h"
#include "healer/notify/outbox/recent.h"
#include "healer/notify/outbox/store.h"

namespace healer::notify {

struct NotifierReading {
  Counts counts;
  Backlog backlog;
};

// Thread-safe. A thread of the outbox stores each notice on disk; from then on the notice survives a restart
// until it is delivered or given up. If the disk fails, notices are delivered from memory.
class Outbox {
 public:
  // Without a store everything is in memory.
  Outbox(const Config& config, std::unique_ptr<Store> store, const base::Clock& clock,
         Jitter jitter = random_jitter());
  // Stores the notices that were added before; delivers nothing more.
  ~Outbox();

  // Queues the notice for every notifier that is configured for its kind. Never blocks.
  void add(Notice notice);
  // Applies another configuration. A notifier delivers its pending notices with the new configuration;
  // the pending notices of a removed notifier are dropped.
  void reconfigure(const Config& config);
  // By notifier, since the start; removed notifiers are included.
  std::map<std::string, NotifierReading> readings() const;
  // Failed writes: their notices are only in memory, or may be delivered twice.
  std::uint64_t store_errors() const { return store_ ? store_->errors_total() : 0; }
  // Waits until everything is delivered, at most for `patience`.
  void drain(base::Duration patience);
  // One attempt with each notifier, or with the one called `name`, bypassing the queues. Returns name and
  // result; empty if there is no such notifier. Blocks up to the deadline for each.
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
