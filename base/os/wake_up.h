// How a thread waits: for a notification, a time or a stop request.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/os/clock.h"

namespace base {

// Wakes a worker thread early. A notification is kept until the worker waits, so that none is lost while it
// works; several count as one. Thread-safe, for one waiting thread.
class WakeUp {
 public:
  // Never blocks.
  void notify();
  // Waits until it was notified, `longest` has passed or a stop is requested. Returns whether it was
  // notified.
  bool wait_for(Duration longest, const std::stop_token& stop);
  bool wait_until(MonoTime until, const std::stop_token& stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool notified_ = false;
};

// Waits until `length` has passed or a stop is requested.
void pause(Duration length, const std::stop_token& stop);
void pause_until(MonoTime until, const std::stop_token& stop);

}  // namespace base
