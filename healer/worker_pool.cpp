#include "healer/worker_pool.h"

namespace healer {

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

bool WorkerPool::submit(Task task) {
  {
    std::lock_guard lock(mutex_);
    if (closed_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

bool WorkerPool::close(base::Duration patience) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  queue_.clear();
  return changed_.wait_for(lock, patience, [this] { return running_ == 0; });
}

std::size_t WorkerPool::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void WorkerPool::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    {
      const Task task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
      lock.unlock();
      task();
    }
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace healer
