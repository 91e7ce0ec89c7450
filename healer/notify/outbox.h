// Every notifier that is configured, and the log.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/notify/queue.h"

namespace healer::notify {

// Thread-safe.
class Outbox {
 public:
  Outbox(const Config& config, const base::Clock& clock);

  // Gives the notice to every notifier. Never blocks.
  void add(const Notice& notice);
  // Takes up another configuration. A notifier that did not change keeps what it still has to deliver; one
  // that is gone drops it, and is waited for while it makes an attempt.
  void reconfigure(const Config& config);
  // By notifier, since the start; also of those that are gone.
  std::map<std::string, Counts> counts() const;
  // Waits until everything is delivered, at most so long.
  void drain(base::Duration patience);

 private:
  struct Entry {
    NotifierConfig config;
    std::shared_ptr<Queue> queue;
  };
  std::vector<std::shared_ptr<Queue>> queues() const;

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::string stack_;
  std::vector<Entry> entries_;
  std::map<std::string, Counts> gone_;
};

}  // namespace healer::notify
