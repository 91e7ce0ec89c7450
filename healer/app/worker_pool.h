// A fixed number of threads that run queued tasks in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/os/clock.h"

namespace healer {

// Thread-safe.
class WorkerPool {
 public:
  using Task = std::function<void()>;
  using Otherwise = std::function<void(const std::string& why)>;

  WorkerPool(int threads, std::size_t max_queued);
  // Drops queued tasks and waits for running ones.
  ~WorkerPool();

  // Runs `task` to its end, or calls `otherwise` with the reason: the queue is full, the pool was closed
  // before the task started, or the task threw. Always exactly one of the two. `otherwise` must not throw; it
  // may be called from within submit().
  void submit(Task task, Otherwise otherwise);
  // Accepts nothing more, drops queued tasks, waits at most `patience` for running ones. Returns whether all
  // have ended. Idempotent.
  bool close(base::Duration patience);
  std::size_t running() const;

 private:
  struct Job {
    Task task;
    Otherwise otherwise;
  };
  static void run(const Job& job);
  void work(std::stop_token stop);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> queue_;
  std::size_t max_queued_;
  std::size_t running_ = 0;
  bool closed_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace healer
