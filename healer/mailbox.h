// What the decider's thread waits on: inputs from any thread, or the time of its next duty.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "healer/effects.h"

namespace healer {

// Thread-safe; never blocks a poster.
class Mailbox {
 public:
  void post(Input input);
  // Everything posted, in order: at once when there is something, else as soon as there is, at `until` at the
  // latest, or when stop is requested. May be empty.
  std::vector<Input> take(base::MonoTime until, std::stop_token stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<Input> inputs_;
};

}  // namespace healer
