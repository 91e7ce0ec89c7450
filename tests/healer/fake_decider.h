#pragma once

#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "healer/mailbox.h"
#include "healer/tickets.h"

namespace tests {

// A decider that takes one operator's command after another and gives the same answer to each.
class FakeDecider {
 public:
  FakeDecider(healer::Mailbox& mailbox, healer::Tickets& tickets)
      : thread_([this, &mailbox, &tickets](std::stop_token stop) {
          const base::SystemClock clock;
          while (!stop.stop_requested()) {
            for (healer::Input& input : mailbox.take(clock.now().mono + std::chrono::hours(1), stop)) {
              auto command = std::get<healer::OperatorInput>(std::move(input));
              const auto ticket = command.ticket;
              std::unique_lock lock(mutex_);
              seen_.push_back(std::move(command));
              const auto answer = answer_;
              lock.unlock();
              tickets.answer(ticket, answer);
            }
          }
        }) {}
  void answer(base::Result<> result) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(result);
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
