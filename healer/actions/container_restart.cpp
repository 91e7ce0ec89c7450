#include "healer/actions/container_restart.h"

#include <optional>
#include <thread>

#include "base/duration.h"

namespace healer::actions {
namespace {

using std::chrono::seconds;

// What is kept of the deadline for the start: a container that was stopped is never left so.
constexpr base::Duration kToStart = seconds(5);
constexpr base::Duration kToLook = seconds(5);

class ContainerRestart final : public Action {
 public:
  ContainerRestart(base::Duration stop_timeout, base::Duration pause, base::Duration settle,
                   const World& world)
      : stop_timeout_(stop_timeout), pause_(pause), settle_(settle), world_(world) {}

  std::string describe(const Target& target) const override {
    const std::string stop_timeout = base::format_duration(stop_timeout_);
    std::string words;
    if (pause_ == base::Duration::zero()) {
      words = fmt::format("restart container {} (killed after {})", target.name, stop_timeout);
    } else {
      words = fmt::format("stop container {} (killed after {}), wait {}, start it", target.name, stop_timeout,
                          base::format_duration(pause_));
    }
    if (settle_ == base::Duration::zero()) return words;
    return words + fmt::format(", unless it was started less than {} ago", base::format_duration(settle_));
  }

  base::Duration shortest_timeout() const override { return to_look() + stop_timeout_ + pause_ + kToStart; }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    if (settle_ != base::Duration::zero()) {
      auto since = fresh_since(target, deadline.within(kToLook));
      if (!since) return std::unexpected(since.error());
      if (*since) {
        return Outcome{fmt::format("left container {} alone: running again since {}", target.name,
                                   base::rfc3339(**since))};
      }
    }
    if (pause_ == base::Duration::zero()) {
      if (auto restarted = world_.docker.restart(target.name, stop_timeout_, deadline); !restarted) {
        return std::unexpected(restarted.error());
      }
      return Outcome{fmt::format("restarted container {}", target.name)};
    }
    return stop_wait_start(target, deadline);
  }

 private:
  base::Duration to_look() const { return settle_ == base::Duration::zero() ? settle_ : kToLook; }

  // When the container was started, if it runs and has had no time yet to show what it is like: somebody
  // else, a deployment or Docker's own restart policy, was faster.
  base::Result<std::optional<base::WallTime>> fresh_since(const Target& target, base::Deadline deadline) {
    const auto container = world_.docker.inspect(target.name, deadline);
    if (!container) return std::unexpected(container.error());
    if (!*container || !(*container)->running || !(*container)->started) return std::nullopt;
    const base::WallTime started = *(*container)->started;
    const base::Duration age = world_.clock.now().wall - started;
    // One from the future says nothing: a clock was set.
    if (age < base::Duration::zero() || age >= settle_) return std::nullopt;
    return started;
  }

  base::Result<Outcome> stop_wait_start(const Target& target, base::Deadline deadline) {
    const base::Duration to_stop = deadline.remaining() - pause_ - kToStart;
    const auto stopped = world_.docker.stop(target.name, stop_timeout_, deadline.within(to_stop));
    if (stopped) std::this_thread::sleep_for(std::min(pause_, deadline.remaining()));
    // Also where the stop failed: it may have gone through in the engine all the same.
    const auto started = world_.docker.start(target.name, deadline);
    if (!stopped) return std::unexpected(stopped.error());
    if (!started) return std::unexpected(started.error());
    return Outcome{fmt::format("stopped container {}, waited {}, started it", target.name,
                               base::format_duration(pause_))};
  }

  base::Duration stop_timeout_;
  base::Duration pause_;
  base::Duration settle_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout", "pause", "settle"});
  const auto stop_timeout = parameters.optional("stop_timeout")
                                .duration(seconds(10), base::Duration::zero(), std::chrono::minutes(10));
  const auto pause = parameters.optional("pause").duration(base::Duration::zero(), base::Duration::zero(),
                                                           std::chrono::minutes(10));
  const auto settle =
      parameters.optional("settle").duration(seconds(10), base::Duration::zero(), std::chrono::minutes(10));
  return std::make_unique<ContainerRestart>(stop_timeout, pause, settle, world);
}

}  // namespace healer::actions
