// A fixed number of threads that run what is queued, in order of arrival.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace healer {

// Thread-safe.
class WorkerPool {
 public:
  using Task = std::function<void()>;

  WorkerPool(int threads, std::size_t max_queued);
  // Drops what is queued and waits for what runs.
  ~WorkerPool();

  // False when the queue is full or the pool is closed: the task will not run. What a task throws ends the
  // program.
  bool submit(Task task);
  // Takes nothing more, drops what is queued, waits at most `patience` for what runs. Returns whether all of
  // it has ended. Idempotent.
  bool close(base::Duration patience);
  std::size_t running() const;

 private:
  void work(std::stop_token stop);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Task> queue_;
  std::size_t max_queued_;
  std::size_t running_ = 0;
  bool closed_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace healer
