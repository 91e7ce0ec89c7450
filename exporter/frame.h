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

// Thread-safe once all runners are added.
class Frame {
 public:
  explicit Frame(const base::Clock& clock) : clock_(clock) {}

  void add(std::unique_ptr<Runner> runner) { runners_.push_back(std::move(runner)); }

  // What is known of every collector and what it last saw, as exposition text. Never waits for a collector.
  std::string page() const;
  std::vector<View> views() const;
  bool has(std::string_view name) const;
  // Whether each collector has had its first run, or hangs in it.
  bool warm() const;

  // Runs the named collectors (none: all) and waits for the runs, at most until `deadline`. Those of
  // several callers at once are one.
  std::vector<Refreshed> refresh(const std::vector<std::string>& names, base::Deadline deadline) const;

  // Stops every runner; whether all of them have ended by `deadline`. The destructor waits for the rest.
  bool stop(base::Deadline deadline);

 private:
  const base::Clock& clock_;
  std::vector<std::unique_ptr<Runner>> runners_;
};

std::vector<Family> frame_families();

}  // namespace exporter
