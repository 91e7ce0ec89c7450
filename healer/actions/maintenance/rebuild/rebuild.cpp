#include "healer/actions/maintenance/rebuild/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "healer/actions/maintenance/rebuild/suites.h"
#include "healer/actions/maintenance/rebuild/wait_healthy.h"

namespace healer::rebuild {
namespace {

using base::Deadline;
using base::Result;
using Json = nlohmann::json;
using validation::Verdict;
using namespace std::chrono_literals;

constexpr base::Duration kToLook = 30s;
constexpr base::Duration kToSwap = 5s;  // for the engine, to remove and create one container
constexpr base::Duration kOneLook = 5s;

// name → container:/mount point.
using Volumes = std::map<std::string, std::string>;

Volumes volumes_of(const std::vector<std::string>& containers, const base::docker::Engine& docker,
                   Deadline deadline) {
  Volumes volumes;
  for (const std::string& name : containers) {
    const auto container = docker.inspect_document(name, deadline.within(kOneLook));
    if (!container || !*container) continue;
    for (const Json& mount : (*container)->value("Mounts", Json::array())) {
      if (mount.value("Type", "") == "volume")
        volumes.emplace(mount.value("Name", ""), name + ":" + mount.value("Destination", ""));
    }
  }
  volumes.erase("");
  return volumes;
}

class Run {
 public:
  Run(const RebuildRequest& order, Stack& stack, const base::docker::Engine& docker, const base::Clock& clock,
      Deadline deadline)
      : order_(order), stack_(stack), docker_(docker), clock_(clock), deadline_(deadline) {}

  Rebuild phases() {
    done_.began = clock_.now().wall;
    step("look", kToLook, "Nothing was changed.", [&](Deadline until) { return stack_.look(until); });
    // A container is never killed before its own stop timeout, even if it is longer than planned.
    beyond_plan_ = stack_.beyond_plan();
    deadline_ = deadline_.extended((order_.remove_volumes ? 3 : 2) * beyond_plan_);
    see_before();
    step("build", order_.build_timeout, "Nothing was stopped: the stack still runs its old images.",
         [&](Deadline until) { return stack_.build(until); });
    step("stop", to_stop(),
         fmt::format("Stopped containers stay stopped until they are started: {}", stack_.manual_command()),
         [&](Deadline until) { return stack_.stop(until); });
    volumes();
    step("start", to_start(),
         fmt::format("Check the logs of the containers that did not start, then start them: {}",
                     stack_.manual_command()),
         [&](Deadline until) { return stack_.start(until); });
    step("health", order_.healthy_within,
         "The containers are not changed: check the logs of the unhealthy one.",
         [&](Deadline until) -> Result<std::string> {
           if (auto well = await_well(order_.containers, docker_, order_.settle, until); !well)
             return std::unexpected(well.error());
           return fmt::format("{} containers are healthy", order_.containers.size());
         });
    see_after();
    return std::move(done_);
  }

  Deadline deadline() const { return deadline_; }

 private:
  base::Duration to_stop() const {
    return static_cast<int>(order_.containers.size()) * (order_.stop_timeout + kToSwap) + beyond_plan_;
  }
  base::Duration to_start() const { return order_.healthy_within + to_stop(); }

  void step(std::string name, base::Duration limit, std::string on_failure,
            const std::function<Result<std::string>(Deadline)>& take) {
    Step& step = done_.steps.emplace_back();
    step.name = std::move(name);
    if (const Step* failed = done_.failed()) {
      step.detail = fmt::format("not done because {} failed", failed->name);
      return;
    }
    const base::MonoTime begin = clock_.now().mono;
    const auto taken = deadline_.passed() ? Result<std::string>(base::fail("timed out before it started"))
                                          : take(deadline_.within(limit));
    step.took = clock_.now().mono - begin;
    step.outcome = taken ? Step::Outcome::kDone : Step::Outcome::kFailed;
    step.detail = taken ? *taken : taken.error().message;
    if (!taken) done_.next_steps = on_failure + " Then repeat the full restart with `salusctl run`.";
  }

  void volumes() {
    if (!order_.remove_volumes) {
      done_.steps.push_back({.name = "volumes", .detail = "all are kept"});
      return;
    }
    const Volumes before = volumes_of(order_.containers, docker_, deadline_);
    std::vector<std::string> names;
    for (const auto& [name, mount] : before) names.push_back(name);
    const bool tried = done_.failed() == nullptr;
    step("volumes", to_stop(),
         fmt::format("Removed containers and volumes are lost; start the rest with: {}",
                     stack_.manual_command()),
         [&](Deadline until) { return stack_.remove(names, until); });
    if (!tried) return;
    for (const auto& [name, mount] : before) {
      const auto there = docker_.has_volume(name, deadline_.extended(kOneLook).within(kOneLook));
      // A volume that cannot be checked counts as lost.
      (there && *there ? done_.kept : done_.lost).push_back(fmt::format("{} ({})", name, mount));
    }
  }

  void see_before() {
    for (const std::string& name : order_.containers) {
      Change& change = done_.containers.emplace_back();
      change.container = name;
      const auto seen = docker_.inspect(name, deadline_.within(kOneLook));
      if (!seen || !*seen) continue;
      change.image = (*seen)->image;
      change.image_before = (*seen)->image_id;
    }
  }

  void see_after() {
    for (Change& change : done_.containers) {
      const auto seen = docker_.inspect(change.container, deadline_.within(kOneLook));
      if (!seen || !*seen) continue;
      change.image = (*seen)->image;
      change.image_after = (*seen)->image_id;
    }
  }

  const RebuildRequest& order_;
  Stack& stack_;
  const base::docker::Engine& docker_;
  const base::Clock& clock_;
  Deadline deadline_;
  base::Duration beyond_plan_{};
  Rebuild done_;
};

// CPU time used so far, by container, where it is known.
std::map<std::string, base::docker::Stats> usage_of(const std::vector<Change>& containers,
                                                    const base::docker::Engine& docker, Deadline deadline) {
  std::map<std::string, base::docker::Stats> usage;
  for (const Change& change : containers) {
    const auto stats = docker.stats(change.container, deadline.within(kOneLook));
    if (stats && *stats) usage[change.container] = **stats;
  }
  return usage;
}

}  // namespace

const Step* Rebuild::failed() const {
  const auto found = std::ranges::find(steps, Step::Outcome::kFailed, &Step::outcome);
  return found == steps.end() ? nullptr : &*found;
}

bool Rebuild::passed() const {
  return failed() == nullptr && !suites.empty() && std::ranges::all_of(suites, &validation::Phase::passed);
}

std::string Rebuild::status() const { return (passed() ? "✅ " : "❌ ") + words(); }

std::string Rebuild::words() const {
  if (const Step* step = failed()) return fmt::format("failed in phase {}", step->name);
  std::size_t good = 0, bad = 0;
  for (const validation::Phase& suite : suites) {
    good += suite.count(Verdict::kPass);
    bad += suite.count(Verdict::kFail);
  }
  return fmt::format("rebuilt, {} of {} checks passed", good, good + bad);
}

base::Duration RebuildRequest::longest() const {
  const auto each = static_cast<int>(containers.size()) * (stop_timeout + kToSwap);
  return kToLook + build_timeout + (remove_volumes ? 3 : 2) * each + 2 * healthy_within;
}

Rebuild rebuild(const RebuildRequest& order, Stack& stack, const ValidationConfig& validation,
                const base::docker::Engine& docker, const checks::Prometheus& prometheus,
                const base::Clock& clock, base::Deadline deadline) {
  const base::MonoTime begin = clock.now().mono;
  Run run(order, stack, docker, clock, deadline);
  Rebuild done = run.phases();
  deadline = run.deadline();
  if (done.failed() == nullptr) {
    const base::MonoTime from = clock.now().mono;
    const auto before = usage_of(done.containers, docker, deadline);
    done.suites = run_suites(validation, order.containers, docker, prometheus, clock,
                             deadline.within(validation.timeout));
    const auto after = usage_of(done.containers, docker, deadline);
    const std::chrono::duration<double, std::nano> between = clock.now().mono - from;
    for (Change& change : done.containers) {
      const auto first = before.find(change.container);
      const auto last = after.find(change.container);
      if (last == after.end()) continue;
      const base::docker::Stats& now = last->second;
      change.memory = now.memory_usage - std::min(now.memory_usage, now.memory_inactive_file);
      change.memory_limit = now.memory_limit;
      if (first != before.end() && now.cpu_ns >= first->second.cpu_ns && between.count() > 0)
        change.cpu = static_cast<double>(now.cpu_ns - first->second.cpu_ns) / between.count();
    }
    if (!done.passed()) {
      done.next_steps = "The stack was rebuilt and runs: check the failures above.";
    }
  }
  done.took = clock.now().mono - begin;
  return done;
}

}  // namespace healer::rebuild
