// A prober that answers as a test says, and can be held inside a run.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "exporter/probes/prober.h"

namespace tests {

struct ProberState {
  std::mutex mutex;
  std::condition_variable_any changed;
  int begun = 0;
  bool held = false;
  bool throws = false;
  exporter::probes::Failure failure;

  void hold() {
    std::lock_guard lock(mutex);
    held = true;
  }
  void release() {
    std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }
  void fail(exporter::probes::Reason reason) {
    std::lock_guard lock(mutex);
    failure = {reason, reason == exporter::probes::Reason::kNone ? "" : "told to"};
  }
  void wait_begun(int runs) {
    std::unique_lock lock(mutex);
    if (!changed.wait_for(lock, std::chrono::seconds(30), [&] { return begun >= runs; }))
      throw std::runtime_error("the run does not begin");
  }
  int count() {
    std::lock_guard lock(mutex);
    return begun;
  }
};

class FakeProber final : public exporter::probes::Prober {
 public:
  explicit FakeProber(std::shared_ptr<ProberState> state) : state_(std::move(state)) {}

  // Held, it waits for release or stop, whatever the deadline says.
  exporter::probes::ProbeResult probe(base::Deadline, const std::stop_token& stop) override {
    std::unique_lock lock(state_->mutex);
    ++state_->begun;
    state_->changed.notify_all();
    state_->changed.wait(lock, stop, [&] { return !state_->held; });
    if (state_->throws) throw std::runtime_error("thrown by a test");
    exporter::probes::ProbeResult answer;
    answer.failure = state_->failure;
    return answer;
  }

 private:
  std::shared_ptr<ProberState> state_;
};

}  // namespace tests
