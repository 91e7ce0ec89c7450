// The queue that the decider's thread waits on: for inputs from any thread, or until the next turn is due.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/inputs.h"

namespace healer {

// Thread-safe; never blocks a poster.
class EventQueue {
 public:
  void post(Input input);
  // Returns all posted inputs, in order. Blocks until there is one, until `until`, or until stop is
  // requested; then it may be empty.
  std::vector<Input> take(base::MonoTime until, std::stop_token stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<Input> inputs_;
};

}  // namespace healer
