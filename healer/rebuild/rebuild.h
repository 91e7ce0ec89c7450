// A full restart: phases one after another, each of which must succeed before the next, then the stability
// check.
//
//   look     all of it can be done: the engine answers, every container is there, compose likes its file
//   build    images without cache, while what runs still runs: a build that fails costs nothing
//   stop     everything, what others depend on last
//   volumes  removed where a person has approved that; what is gone is named
//   start    everything anew, in the order of what depends on what
//   health   every container runs, is healthy and stays so
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/docker.h"
#include "healer/checks/prometheus.h"
#include "healer/rebuild/stack.h"
#include "healer/validation/validation.h"

namespace healer::rebuild {

struct Step {
  enum class Outcome { kDone, kFailed, kSkipped };
  std::string name;
  Outcome outcome = Outcome::kSkipped;
  std::string detail;  // what was done, why it failed, or why it was not done
  base::Duration took{};
};

// A container before and after.
struct Change {
  std::string container;
  std::string image;         // its name
  std::string image_before;  // sha256:…; empty: not known
  std::string image_after;
  std::optional<double> cpu{};            // cores, while the stability check ran
  std::optional<std::uint64_t> memory{};  // bytes: the working set at its end
  std::uint64_t memory_limit = 0;         // 0: none is known
};

struct Rebuild {
  base::WallTime began{};
  base::Duration took{};
  std::vector<Step> steps;                // the six above
  std::vector<validation::Phase> suites;  // of the stability check; empty: it was not come to
  std::vector<std::string> lost;          // volumes that are gone, each with where it was mounted
  std::vector<std::string> kept;          // those that were to go and are still there
  std::vector<Change> containers;
  std::string how_to_go_on;  // for a person; empty: all went well

  const Step* failed() const;  // nullptr: none
  bool passed() const;
  std::string words() const;   // "rebuilt, 23 of 23 checks passed", "failed in phase build"
  std::string status() const;  // the same with ✅ or ❌ before it
};

struct Order {
  std::vector<std::string> containers;
  bool remove_volumes = false;
  base::Duration build_timeout{};
  base::Duration stop_timeout{};    // that is planned with for one container
  base::Duration healthy_within{};  // of all of them
  base::Duration settle{};

  // All its phases, but for the stability check.
  base::Duration longest() const;
};

// Never fails as a whole. Returns by the deadline, with every program that it started gone; a phase that had
// no time left has failed. Where containers have stop timeouts of their own that are longer than the planned
// one, the deadline is later by the rest. Blocks.
Rebuild rebuild(const Order& order, Stack& stack, const ValidationConfig& validation,
                const base::docker::Engine& docker, const checks::Prometheus& prometheus,
                const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::rebuild
