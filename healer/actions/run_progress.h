// How far runs of actions have come, for operators who wait for them. Only in memory: what a run has done is
// in its outcome.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healer/actions/action.h"

namespace healer::actions {

// What a run reports while it goes on.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void line(std::string text) = 0;
  // Whether what was checked passed, where that differs from whether the action succeeded.
  virtual void result(bool passed) = 0;
};

// An action that reports its progress implements this beside Action.
class ReportsProgress {
 public:
  virtual ~ReportsProgress() = default;
  // As Action::run_as.
  virtual base::Result<Outcome> run_reporting(Progress& progress, const RunId& run, const Target& target,
                                              base::Deadline deadline) = 0;
};

// The progress of the last runs, by incident. Thread-safe.
class RunProgress {
 public:
  struct Run {
    std::vector<std::string> lines;
    std::optional<bool> passed{};
  };

  // Lines of this incident's run; a new run of the same incident continues them. `this` outlives it.
  std::unique_ptr<Progress> begin(const std::string& incident);
  // Empty for an incident without progress.
  Run of(const std::string& incident) const;

 private:
  class Recorder;
  void change(const std::string& incident, const std::function<void(Run&)>& change);

  mutable std::mutex mutex_;
  std::deque<std::pair<std::string, Run>> runs_;  // oldest first
};

}  // namespace healer::actions
