#pragma once

#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "healer/api/pending_replies.h"
#include "healer/model/event_queue.h"

namespace tests {

// A decider that takes one operator's command after another and gives the same answer to each.
class FakeDecider {
 public:
  FakeDecider(healer::EventQueue& events, healer::PendingReplies& replies)
      : thread_([this, &events, &replies](std::stop_token stop) {
          const base::SystemClock clock;
          while (!stop.stop_requested()) {
            for (healer::Input& input : events.take(clock.now().mono + std::chrono::hours(1), stop)) {
              auto command = std::get<healer::OperatorInput>(std::move(input));
              const auto ticket = command.ticket;
              std::unique_lock lock(mutex_);
              seen_.push_back(std::move(command));
              const auto answer = answer_;
              lock.unlock();
              replies.answer(ticket, answer);
            }
          }
        }) {}
  void answer(base::Result<> result) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(result);
  }
  // The command of that kind; fails when it is another.
  template <class Command>
  Command seen(std::size_t index) const {
    return std::get<Command>(seen().at(index).command);
  }
  std::vector<healer::OperatorInput> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  base::Result<> answer_;
  std::vector<healer::OperatorInput> seen_;
  std::jthread thread_;
};

}  // namespace tests
