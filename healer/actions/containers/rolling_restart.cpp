#include "healer/actions/containers/rolling_restart.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "base/docker/permit.h"
#include "base/log.h"
#include "base/text/duration.h"
#include "healer/actions/containers/stop_timeout.h"
#include "healer/config/config.h"

namespace healer::actions {
namespace {

using base::docker::Container;
using base::docker::Permit;
using namespace std::chrono_literals;

constexpr base::Duration kToStart = 5s;  // reserved for the start, so that a shard is never left stopped
constexpr base::Duration kToLook = 5s;
constexpr base::Duration kLookEvery = 100ms;

struct Rolling {
  std::vector<std::string> shards;
  StopTimeout stop_timeout;
  base::Duration pause{};
  base::Duration healthy_within{};

  base::Duration of_one() const { return stop_timeout.planned() + pause + kToStart + healthy_within; }
};

class RollingRestart final : public Action {
 public:
  RollingRestart(Rolling rolling, const World& world) : rolling_(std::move(rolling)), world_(world) {}

  Properties properties(Properties usual) const override {
    if (rolling_.shards.empty()) usual.impact = Impact::kNotDisruptive;
    return usual;
  }
  PlannedDowntime takes() const override {
    return {.containers = rolling_.shards, .can_wait = !rolling_.shards.empty()};
  }

  base::Duration shortest_timeout() const override {
    return static_cast<int>(rolling_.shards.size()) * (kToLook + rolling_.of_one());
  }

  std::string describe(const Target&) const override {
    if (rolling_.shards.empty()) return "restart nothing: no shards are configured";
    return fmt::format("restart {} one after another: stop ({}), wait {}, start, wait until healthy",
                       fmt::join(rolling_.shards, ", "), rolling_.stop_timeout.words(),
                       base::format_duration(rolling_.pause));
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    return run_as({.id = "", .since = base::WallTime::max()}, target, deadline);
  }

  base::Result<Outcome> run_as(const RunId& occasion, const Target&, base::Deadline deadline) override {
    if (rolling_.shards.empty()) {
      base::log::info("♻️ Shard rotation: No shards configured (skipping)");
      return Outcome{"no shards are configured: nothing was restarted"};
    }
    std::vector<std::string> restarted;
    std::vector<std::string> missing;
    std::vector<std::string> before;
    if (const auto back = bring_back(occasion.since, deadline); !back) return std::unexpected(back.error());
    const auto more = look_at_all(deadline);
    if (!more) return base::fail("{} (restarted before: none)", more.error().message);
    deadline = deadline.extended(*more);
    for (const std::string& shard : rolling_.shards) {
      const auto container = look(shard, deadline);
      if (!container) return std::unexpected(container.error());
      if (!*container) {
        base::log::warn("skipping a shard that does not exist", {{"container", shard}});
        missing.push_back(shard);
        continue;
      }
      if ((*container)->started && *(*container)->started >= occasion.since) {
        if (auto back = await(shard, deadline); !back) return std::unexpected(back.error());
        before.push_back(shard);
        continue;
      }
      if (const auto done = restart(shard, deadline); !done) {
        base::log::warn(fmt::format("♻️ Shard rotation: restarted {} of {}", restarted.size() + before.size(),
                                    rolling_.shards.size()),
                        {{"failed", shard}, {"error", done.error().message}});
        return base::fail("{} (restarted before: {})", done.error().message,
                          restarted.empty() ? "none" : join(restarted));
      }
      restarted.push_back(shard);
    }
    base::log::info(fmt::format("♻️ Shard rotation: restarted {} of {}", restarted.size() + before.size(),
                                rolling_.shards.size()),
                    {{"restarted", join(restarted)}, {"before", join(before)}, {"missing", join(missing)}});
    std::string words = fmt::format("restarted {}", restarted.empty() ? "nothing" : join(restarted));
    if (!before.empty()) words += fmt::format("; restarted before, by an interrupted run: {}", join(before));
    if (!missing.empty()) words += fmt::format("; skipped because not found: {}", join(missing));
    return Outcome{.detail = std::move(words), .counts = {{"skipped", missing.size()}}};
  }

 private:
  static std::string join(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
  }

  base::Result<std::optional<Container>> look(const std::string& shard, base::Deadline deadline) const {
    return world_.docker.inspect(shard, deadline.within(kToLook));
  }

  // Starts the shard that an interrupted run left stopped.
  base::Result<> bring_back(base::WallTime since, base::Deadline deadline) const {
    for (const std::string& shard : rolling_.shards) {
      const auto container = look(shard, deadline);
      if (!container) return std::unexpected(container.error());
      if (!*container || (*container)->state != "exited") continue;
      if (!(*container)->finished || *(*container)->finished < since) continue;
      base::log::warn("starting a shard that was left stopped", {{"container", shard}});
      if (const auto started = world_.docker.start(shard, deadline); !started)
        return base::fail("{} did not recover: {}", shard, started.error().message);
      if (auto back = await(shard, deadline); !back) return back;
    }
    return {};
  }

  base::Result<Permit> permit(const std::string& shard, base::Deadline deadline) const {
    return base::docker::permit(
        world_.docker, shard,
        {.what = base::docker::Disruption::kRestart, .stop_timeout = rolling_.stop_timeout.asked}, deadline);
  }

  // Checks that each of them may be stopped, before the first is. Returns how much longer than planned
  // stopping takes.
  base::Result<base::Duration> look_at_all(base::Deadline deadline) const {
    base::Duration more{};
    for (const std::string& shard : rolling_.shards) {
      const auto container = look(shard, deadline);
      if (!container) return std::unexpected(container.error());
      if (!*container) continue;
      const auto allowed = permit(shard, deadline.within(kToLook));
      if (!allowed) return std::unexpected(allowed.error());
      more += allowed->beyond(rolling_.stop_timeout.planned());
    }
    return more;
  }

  base::Result<> restart(const std::string& shard, base::Deadline deadline) const {
    if (auto well = all_are_well(shard, deadline); !well) return well;
    const auto allowed = permit(shard, deadline);
    if (!allowed) return std::unexpected(allowed.error());
    if (deadline.remaining() < rolling_.of_one() + allowed->beyond(rolling_.stop_timeout.planned()))
      return base::fail("timed out before restarting {}", shard);
    const base::Duration to_stop = deadline.remaining() - rolling_.pause - kToStart;
    const auto stopped =
        world_.docker.stop(*allowed, deadline.within(std::min(to_stop, allowed->grace() + kToStart)));
    if (stopped) std::this_thread::sleep_for(std::min(rolling_.pause, deadline.remaining()));
    // Start it also after a failed stop: the engine may have stopped it all the same.
    const auto started = base::docker::start_again(world_.docker, *allowed, deadline);
    if (!stopped) return base::fail("{} was not stopped: {}", shard, stopped.error().message);
    if (!started) return base::fail("{} did not recover: {}", shard, started.error().message);
    return await(shard, deadline);
  }

  base::Result<> all_are_well(const std::string& shard, base::Deadline deadline) const {
    for (const std::string& each : rolling_.shards) {
      const auto container = look(each, deadline);
      if (!container) return std::unexpected(container.error());
      if (!*container) continue;
      if (const auto fault = fault_of(**container))
        return base::fail("{} is not restarted while {} {}", shard, each == shard ? "it" : each, *fault);
    }
    return {};
  }

  base::Result<> await(const std::string& shard, base::Deadline deadline) const {
    const base::Deadline until = deadline.within(rolling_.healthy_within);
    std::string why;
    for (;;) {
      const auto container = look(shard, until);
      if (!container) {
        // A check cut short by the timeout has a less useful error than the one before.
        if (why.empty() || !until.passed()) why = container.error().message;
      } else if (!*container) {
        return base::fail("{} did not recover: it no longer exists", shard);
      } else if (const auto fault = fault_of(**container)) {
        why = "it " + *fault;
      } else {
        return {};
      }
      if (until.passed()) return base::fail("{} did not recover: {}", shard, why);
      std::this_thread::sleep_for(std::min(kLookEvery, until.remaining()));
    }
  }

  // Why it is not healthy; nullopt: it is healthy.
  std::optional<std::string> fault_of(const Container& container) const {
    if (!container.running) return "is " + container.state;
    if (container.health == "healthy") return std::nullopt;
    if (container.health != "none") return "is " + container.health;
    if (container.started && world_.clock.now().wall - *container.started >= rolling_.pause)
      return std::nullopt;
    return "was started only a short time ago";
  }

  Rolling rolling_;
  World world_;
};

std::vector<std::string> read_shards(const base::yaml::Node& node, const World& world) {
  std::vector<std::string> shards;
  for (const auto& item : node.items()) {
    std::string shard = item.non_empty_string();
    if (!shard.empty() && !world.config->inventory.has_container(shard))
      item.problem(fmt::format("subsystems.yml declares no container \"{}\"", shard));
    if (std::ranges::find(shards, shard) != shards.end())
      item.problem(fmt::format("\"{}\" is listed twice", shard));
    shards.push_back(std::move(shard));
  }
  return shards;
}

}  // namespace

std::unique_ptr<Action> make_rolling_restart(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"shards", "stop_timeout", "pause", "healthy_within"});
  if (world.config == nullptr) return nullptr;
  Rolling rolling;
  if (const auto shards = parameters.required("shards"); shards.present())
    rolling.shards = read_shards(shards, world);
  rolling.stop_timeout = read_stop_timeout(parameters);
  rolling.pause = parameters.optional("pause").duration(5s, 0s, 10min);
  rolling.healthy_within = parameters.optional("healthy_within").duration(60s, 1s, 1h);
  return std::make_unique<RollingRestart>(std::move(rolling), world);
}

}  // namespace healer::actions
