// A fixed number of threads that run what is queued, in order of arrival.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace healer {

// Thread-safe.
class WorkerPool {
 public:
  using Task = std::function<void()>;
  using Otherwise = std::function<void(const std::string& why)>;

  WorkerPool(int threads, std::size_t max_queued);
  // Drops what is queued and waits for what runs.
  ~WorkerPool();

  // Runs `task` to its end, or tells `otherwise` why not: the queue is full, the pool was closed before its
  // turn, or it threw. One of the two, always; `otherwise` must not throw, and may be told at once.
  void submit(Task task, Otherwise otherwise);
  // Takes nothing more, drops what is queued, waits at most `patience` for what runs. Returns whether all of
  // it has ended. Idempotent.
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
