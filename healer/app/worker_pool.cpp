#include "healer/app/worker_pool.h"

#include <exception>
#include <utility>

#include "base/log.h"

namespace healer {
namespace {

constexpr const char* kStopping = "not started: the healer is stopping";
constexpr const char* kFull = "not started: the queue is full";

}  // namespace

WorkerPool::WorkerPool(int threads, std::size_t max_queued) : max_queued_(max_queued) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
  }
}

WorkerPool::~WorkerPool() {
  close(base::Duration::zero());
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void WorkerPool::submit(Task task, Otherwise otherwise) {
  std::unique_lock lock(mutex_);
  if (closed_ || queue_.size() >= max_queued_) {
    const std::string why = closed_ ? kStopping : kFull;
    lock.unlock();
    return otherwise(why);
  }
  queue_.push_back({std::move(task), std::move(otherwise)});
  lock.unlock();
  changed_.notify_one();
}

bool WorkerPool::close(base::Duration patience) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  const std::deque<Job> dropped = std::exchange(queue_, {});
  lock.unlock();
  for (const Job& job : dropped) job.otherwise(kStopping);
  lock.lock();
  return changed_.wait_for(lock, patience, [this] { return running_ == 0; });
}

std::size_t WorkerPool::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void WorkerPool::run(const Job& job) {
  try {
    job.task();
  } catch (const std::exception& error) {
    // A bug. The process and its other tasks continue.
    base::log::error("a task failed", {{"error", error.what()}});
    job.otherwise(std::string("failed: ") + error.what());
  }
}

void WorkerPool::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    {
      const Job job = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
      lock.unlock();
      run(job);
    }
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace healer
