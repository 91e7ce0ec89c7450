#include "base/http/server/lanes.h"

#include <utility>

namespace base::http {

Lane Lanes::add(int workers, std::size_t queue) {
  auto lane = std::make_unique<Queue>();
  lane->workers = workers;
  lane->limit = queue;
  queues_.push_back(std::move(lane));
  return queues_.size() - 1;
}

void Lanes::start() {
  for (const auto& queue : queues_) {
    for (int i = 0; i < queue->workers; ++i) {
      threads_.emplace_back([this, &lane = *queue](const std::stop_token& stop) { work(lane, stop); });
    }
  }
}

bool Lanes::push(Lane lane, Task task) {
  Queue& queue = *queues_.at(lane);
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue.tasks.size() >= queue.limit) return false;
    queue.tasks.push_back(std::move(task));
  }
  queue.arrived.notify_one();
  return true;
}

void Lanes::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
  for (const auto& queue : queues_) queue->tasks.clear();
}

void Lanes::work(Queue& queue, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (queue.arrived.wait(lock, stop, [&] { return !queue.tasks.empty(); }) && !stopped_) {
    Task task = std::move(queue.tasks.front());
    queue.tasks.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace base::http
