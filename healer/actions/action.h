#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/docker.h"
#include "base/result.h"
#include "base/yaml.h"
#include "healer/model.h"

namespace healer {
struct Config;
struct TradingConfig;
namespace checks {
class Prometheus;
}
}  // namespace healer

namespace healer::actions {

struct Outcome {
  std::string detail;  // what was done, in words
  Counts counts{};
  Findings findings{};
  std::optional<Written> written{};
  bool ok = true;  // false: it failed, as `detail` says, and what else stands here came of it all the same
  std::optional<Undo> undo{};  // what takes it back; none: nothing does, or there is nothing to take back
};

// What an action may need to know of the run beside its target.
struct Occasion {
  // Names this run and no other, also across restarts: what the other side tells a repetition by.
  std::string id;  // INC-17/2@2025-12-17T17:06:14.759Z
  // When its incident was opened: what a run of it that was cut short has done since needs no second time.
  base::WallTime since{};
};

// What an action stops on its way, on purpose, beside its target.
struct Taking {
  std::vector<std::string> containers;  // declared ones
  // It can wait: it does not begin while one of them has an open incident, nor while something is so wrong
  // that trading may do less than no_new_trades.
  bool can_wait = false;
};

// Action is one way to change the world.
class Action {
 public:
  virtual ~Action() = default;
  // What run() would do, in words. The whole of a dry run.
  virtual std::string describe(const Target& target) const = 0;
  // The kinds of target that it can act on.
  virtual bool acts_on(std::string_view kind) const { return kind == kContainer; }
  // Whether it takes something away from the stack while it runs, if only for a moment. What does not is held
  // back by neither hours nor a storm, and counts for no limit of disruptive actions.
  virtual bool disruptive() const { return true; }
  // The shortest timeout under which run() can do all of it; a rung with less is refused when the
  // configuration is read.
  virtual base::Duration shortest_timeout() const { return base::Duration::zero(); }
  // Returns by `deadline`, with every process it started gone. Blocks; called from several threads at once
  // for different targets.
  virtual base::Result<Outcome> run(const Target& target, base::Deadline deadline) = 0;
  // What is called: for an action that must name its run to somebody.
  virtual base::Result<Outcome> run_as(const Occasion&, const Target& target, base::Deadline deadline) {
    return run(target, deadline);
  }
  // Whether a run that was interrupted may be run again. One that may not needs a playbook with
  // on_crash: never_repeat.
  virtual bool repeatable() const { return true; }
  // Nobody but a person starts it, whatever the configuration says; one that says otherwise is refused.
  virtual bool needs_approval() const { return false; }
  // While it runs, and until it is known what came of it, what it stopped is not healed.
  virtual Taking takes() const { return {}; }
  // What takes back whatever a run has done that failed: where it may have been heard and only the answer was
  // lost.
  virtual std::optional<Undo> undo_of_failure() const { return std::nullopt; }
  // Whether it tells trading to do less. Its rung needs a policy lease then, which holds also when the
  // trading system cannot be told.
  virtual bool tightens_trading() const { return false; }
};

// What actions may use; outlives them.
struct World {
  const base::docker::Engine& docker;
  const base::Clock& clock;
  const TradingConfig* trading = nullptr;  // while actions are made; null: as if the section were absent
  // Never null in a healer; the configuration is whole only when run() is called.
  const Config* config = nullptr;
  const checks::Prometheus* prometheus = nullptr;
};

// Builds the action `name` with its own `parameters` node; notes problems there. nullptr for an unknown name
// (noted at `name_node`).
std::unique_ptr<Action> make(std::string_view name, const base::yaml::Node& name_node,
                             const base::yaml::Node& parameters, const World& world);
std::vector<std::string_view> names();

}  // namespace healer::actions
