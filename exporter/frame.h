// Every collector's runner, and what the exporter serves of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/family.h"
#include "exporter/runner.h"

namespace exporter {

// One collector's answer to a refresh.
struct Refreshed {
  std::string collector;
  Outcome outcome;
};

// Thread-safe once all runners are added. A runner may be in two frames, while one takes over from another.
class Frame {
 public:
  explicit Frame(const base::Clock& clock) : clock_(clock) {}

  using Runners = std::vector<std::shared_ptr<Runner>>;

  void add(std::shared_ptr<Runner> runner) { runners_.push_back(std::move(runner)); }
  const Runners& runners() const { return runners_; }
  std::shared_ptr<Runner> find(std::string_view name) const;  // null: there is none

  // What is known of every collector and what it last saw, as exposition text. Never waits for a collector.
  std::string page() const;
  std::vector<View> views() const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Whether each collector has had its first run, or hangs in it.
  bool warm() const;

  // Runs the named collectors (none: all) and waits for the runs, at most until `deadline`. Those of
  // several callers at once are one.
  std::vector<Refreshed> refresh(const std::vector<std::string>& names, base::Deadline deadline) const;

 private:
  const base::Clock& clock_;
  Runners runners_;
};

// Stops them all; those that have not ended by `deadline`, because they hang. Their destructors wait.
Frame::Runners stop(const Frame::Runners& runners, base::Deadline deadline);

std::vector<Family> frame_families();

}  // namespace exporter
