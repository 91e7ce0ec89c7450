// Runs a function for many callers. Callers that ask before a run starts share that run and its result, and
// runs start at least `apart` after each other.
#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include "base/os/clock.h"

namespace base {

// Thread-safe. Each call waits for a run that starts after the call, and returns that run's result.
template <class Result>
class SharedRuns {
 public:
  SharedRuns(Duration apart, const Clock& clock) : apart_(apart), clock_(clock) {}

  // The first caller of a run executes its own `what`.
  template <class What>
  Result run(const What& what) {
    std::unique_lock lock(mutex_);
    const bool leads = next_ == nullptr;
    if (leads) next_ = std::make_shared<Run>();
    const std::shared_ptr<Run> mine = next_;
    if (!leads) {
      changed_.wait(lock, [&] { return mine->result || mine->error; });
    } else {
      wait_for_turn(lock);
      next_ = nullptr;
      running_ = true;
      began_ = clock_.now().mono;
      lock.unlock();
      execute(what, *mine, lock);
    }
    if (mine->error) std::rethrow_exception(mine->error);
    return *mine->result;
  }

 private:
  struct Run {
    std::optional<Result> result;
    std::exception_ptr error;
  };

  void wait_for_turn(std::unique_lock<std::mutex>& lock) {
    for (;;) {
      const MonoTime now = clock_.now().mono;
      if (!running_ && (!began_ || now >= *began_ + apart_)) return;
      if (running_) {
        changed_.wait(lock);
      } else {
        changed_.wait_for(lock, *began_ + apart_ - now);
      }
    }
  }

  template <class What>
  void execute(const What& what, Run& mine, std::unique_lock<std::mutex>& lock) {
    std::optional<Result> result;
    std::exception_ptr error;
    try {
      result.emplace(what());
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    mine.result = std::move(result);
    mine.error = error;
    running_ = false;
    changed_.notify_all();
  }

  const Duration apart_;
  const Clock& clock_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::shared_ptr<Run> next_;  // requested, not started; null: no request
  bool running_ = false;
  std::optional<MonoTime> began_;  // start of the last run
};

}  // namespace base
