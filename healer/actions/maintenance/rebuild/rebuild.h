// A full restart: phases one after another, each of which must succeed before the next, then the stability
// check.
//
//   look     preconditions: the engine answers, every container exists, the compose file is valid
//   build    images without cache, while the containers still run: a failed build has no effect
//   stop     all containers, dependencies last
//   volumes  removed if an operator has approved that; lost volumes are named
//   start    all containers are created again, dependencies first
//   health   every container runs, is healthy and stays so
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "healer/actions/maintenance/rebuild/stack.h"
#include "healer/actions/maintenance/validation/validation.h"
#include "healer/verify/prometheus.h"

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
  std::optional<double> cpu{};              // cores, while the stability check ran
  std::optional<std::uint64_t> memory{};    // bytes: the working set at its end
  std::uint64_t memory_limit = 0;           // 0: none is known
  std::optional<std::uint64_t> received{};  // bytes, by its network interfaces
  std::optional<std::uint64_t> sent{};
};

struct Rebuild {
  base::WallTime began{};
  base::Duration took{};
  std::vector<Step> steps;                // the six above
  std::vector<validation::Phase> suites;  // of the stability check; empty: it did not run
  std::vector<std::string> lost;          // removed volumes, each with its mount point
  std::vector<std::string> kept;          // volumes that should have been removed and still exist
  std::vector<Change> containers;
  std::string next_steps;  // for an operator; empty: success

  const Step* failed() const;  // nullptr: none
  bool passed() const;
  std::string words() const;   // "rebuilt, 23 of 23 checks passed", "failed in phase build"
  std::string status() const;  // the same with ✅ or ❌ before it
};

struct RebuildRequest {
  std::vector<std::string> containers;
  bool remove_volumes = false;
  base::Duration build_timeout{};
  base::Duration stop_timeout{};    // planned for one container
  base::Duration healthy_within{};  // of all of them
  base::Duration settle{};

  // All phases without the stability check.
  base::Duration longest() const;
};

// Never fails as a whole. Returns by the deadline, after every program that it started has ended; a phase
// without time left has failed. If containers have longer stop timeouts than planned, the deadline is
// extended by the difference. Blocks.
Rebuild rebuild(const RebuildRequest& order, Stack& stack, const ValidationConfig& validation,
                const base::docker::Engine& docker, const checks::Prometheus& prometheus,
                const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::rebuild
