// The runners of all collectors, and the metrics page that they make up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/family.h"
#include "exporter/runner.h"

namespace exporter {

// The outcome of one collector's refresh.
struct Refreshed {
  std::string collector;
  Outcome outcome;
};

// Thread-safe once all runners are added. A runner may be in two frames during a reload.
class CollectorRegistry {
 public:
  explicit CollectorRegistry(const base::Clock& clock) : clock_(clock) {}

  using Runners = std::vector<std::shared_ptr<Runner>>;

  void add(std::shared_ptr<Runner> runner) { runners_.push_back(std::move(runner)); }
  const Runners& runners() const { return runners_; }
  std::shared_ptr<Runner> find(std::string_view name) const;  // null: not found

  // The newest facts of every collector and the metrics about its runs, as exposition text. Never waits for a
  // collector.
  std::string page() const;
  std::vector<View> views() const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Whether each collector has finished its first run or hangs in it.
  bool warm() const;

  // Runs the named collectors (none: all) and waits for the runs, at most until `deadline`. Concurrent
  // callers share runs.
  std::vector<Refreshed> refresh(const std::vector<std::string>& names, base::Deadline deadline) const;

 private:
  const base::Clock& clock_;
  Runners runners_;
};

// Stops all of them. Returns those that have not ended by `deadline`, because they hang. Their destructors
// wait.
CollectorRegistry::Runners stop(const CollectorRegistry::Runners& runners, base::Deadline deadline);

std::vector<Family> registry_families();

}  // namespace exporter
