#include "healer/model/event_queue.h"

#include <utility>

namespace healer {

void EventQueue::post(Input input) {
  {
    std::lock_guard lock(mutex_);
    inputs_.push_back(std::move(input));
  }
  arrived_.notify_one();
}

std::vector<Input> EventQueue::take(base::MonoTime until, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  arrived_.wait_until(lock, stop, until, [this] { return !inputs_.empty(); });
  return std::exchange(inputs_, {});
}

}  // namespace healer
