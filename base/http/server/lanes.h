// Threads that run a server's handlers, in lanes: requests of one lane never wait for those of another.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace base::http {

using Lane = std::size_t;

class Lanes {
 public:
  using Task = std::function<void()>;  // must not throw

  ~Lanes() { stop(); }

  // Before start(). `queue`: how many tasks may wait for the lane's workers.
  Lane add(int workers, std::size_t queue);
  void start();
  // False when the queue is full or the lanes are stopped.
  bool push(Lane lane, Task task);
  // Waits for running tasks and drops queued ones. Idempotent.
  void stop();

 private:
  struct Queue {
    int workers = 0;
    std::size_t limit = 0;
    std::condition_variable_any arrived;
    std::deque<Task> tasks;
  };
  void work(Queue& queue, const std::stop_token& stop);

  std::mutex mutex_;  // guards the queues' tasks and stopped_
  std::vector<std::unique_ptr<Queue>> queues_;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace base::http
