#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "base/yaml/yaml.h"
#include "healer/model/model.h"

namespace healer {
struct Config;
struct TradingConfig;
namespace checks {
class Prometheus;
}
}  // namespace healer

namespace healer::actions {

struct Outcome {
  std::string detail;  // what was done
  Counts counts{};
  Findings findings{};
  std::optional<Written> written{};
  bool ok = true;  // false: it failed, as `detail` says; the other fields hold what it did all the same
  std::optional<Undo>
      undo{};  // the action that undoes it; none: it cannot be undone, or there is nothing to undo
};

// What an action may need to know about its run, apart from its target.
struct RunId {
  // Unique to this run, also across restarts. The receiver of a request recognizes a repetition by it.
  std::string id;  // INC-17/2@2025-12-17T17:06:14.759Z
  // When its incident was opened. What an interrupted run has done since then need not be done again.
  base::WallTime since{};
};

// What an action stops on purpose, apart from its target.
struct PlannedDowntime {
  std::vector<std::string> containers;  // declared ones
  // It can wait: it does not start while one of them has an open incident, or while the policy is stricter
  // than no_new_trades.
  bool can_wait = false;
};

// The kinds of target that it can act on.
enum class Targets { kContainers, kTasks, kAnyTarget };
// Whether it interrupts a part of the stack while it runs, however briefly. An action that does not is held
// back neither by hours nor by a storm, and does not count for the limits of disruptive actions.
enum class Impact { kDisruptive, kNotDisruptive };
// Whether a run that was interrupted may be run again. An action that must not be needs a playbook with
// on_crash: never_repeat.
enum class Repetition { kRepeatable, kNotRepeatable };
// kNeedsApproval: only an operator starts it. A configuration that says otherwise is refused.
enum class ApprovalRule { kNoApproval, kNeedsApproval };

struct Properties {
  Targets targets;
  Impact impact;
  Repetition repetition;
  ApprovalRule approval;

  // Whether it can act on targets of this kind.
  constexpr bool acts_on(std::string_view kind) const {
    return targets == Targets::kAnyTarget || kind == (targets == Targets::kTasks ? kTask : kContainer);
  }
};

// Action is one way to change the world. What its parameters do not change is in table.cpp.
class Action {
 public:
  virtual ~Action() = default;
  // What run() would do. A dry run only reports this text.
  virtual std::string describe(const Target& target) const = 0;
  // Returns by `deadline`, after every process that it started has ended. Blocks; called from several threads
  // at once for different targets.
  virtual base::Result<Outcome> run(const Target& target, base::Deadline deadline) = 0;
  // The healer calls this one. Overridden by actions that must send the id of their run.
  virtual base::Result<Outcome> run_as(const RunId&, const Target& target, base::Deadline deadline) {
    return run(target, deadline);
  }
  // The properties with these parameters, where they differ from `usual`, those of the table.
  virtual Properties properties(Properties usual) const { return usual; }
  // The shortest timeout in which run() can finish. A rung with a shorter one is a configuration error.
  virtual base::Duration shortest_timeout() const { return base::Duration::zero(); }
  // Containers that it stopped are not healed while it runs and until its outcome is known.
  virtual PlannedDowntime takes() const { return {}; }
  // The action that undoes a failed run: the request may have been received and only the answer lost.
  virtual std::optional<Undo> undo_of_failure() const { return std::nullopt; }
};

// What actions may use; outlives them.
struct World {
  const base::docker::Engine& docker;
  const base::Clock& clock;
  const TradingConfig* trading = nullptr;  // while actions are made; null: as if the section were absent
  // Never null in a healer. The configuration is complete only when run() is called.
  const Config* config = nullptr;
  const checks::Prometheus* prometheus = nullptr;
};

}  // namespace healer::actions
