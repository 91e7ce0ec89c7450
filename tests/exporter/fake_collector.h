// A collector that does what a test says, and can be held inside a run.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "base/text/exposition.h"
#include "exporter/runner.h"

namespace tests {

struct CollectorState {
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  int requested = 0;  // runs of those that somebody waited for
  bool held = false;  // a run begun now does not end
  std::string error;
  bool throws = false;

  void hold() {
    std::lock_guard lock(mutex);
    held = true;
  }
  void release() {
    std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }
  void wait_begun(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return begun >= count; });
  }
};

// Exposes fake_runs{collector}: the number of its runs.
class FakeCollector final : public exporter::Collector {
 public:
  FakeCollector(std::string name, std::shared_ptr<CollectorState> state)
      : name_(std::move(name)), state_(std::move(state)) {}

  std::string_view name() const override { return name_; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline) override {
    std::unique_lock lock(state_->mutex);
    ++state_->begun;
    state_->changed.notify_all();
    state_->changed.wait(lock, [&] { return !state_->held; });
    if (state_->throws) throw std::runtime_error("out of luck");
    if (!state_->error.empty()) return base::fail("{}", state_->error);
    auto family = base::gauge_family("fake_runs", "Runs.");
    base::add_sample(family, {{"collector", name_}}, state_->begun);
    return std::vector{std::move(family)};
  }
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override {
    {
      std::lock_guard lock(state_->mutex);
      ++state_->requested;
    }
    return collect(deadline);
  }

 private:
  std::string name_;
  std::shared_ptr<CollectorState> state_;
};

inline std::unique_ptr<exporter::Runner> fake_runner(const std::string& name,
                                                     const std::shared_ptr<CollectorState>& state,
                                                     exporter::Timing timing, const base::Clock& clock) {
  return std::make_unique<exporter::Runner>(
      name, timing, [&](const auto&) { return std::make_unique<FakeCollector>(name, state); }, clock);
}

}  // namespace tests
