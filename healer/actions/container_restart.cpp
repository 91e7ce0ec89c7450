#include "healer/actions/container_restart.h"

#include <thread>

#include "base/duration.h"

namespace healer::actions {
namespace {

using std::chrono::seconds;

// What is kept of the deadline for the start: a container that was stopped is never left so.
constexpr base::Duration kToStart = seconds(5);

class ContainerRestart final : public Action {
 public:
  ContainerRestart(base::Duration stop_timeout, base::Duration pause, const World& world)
      : stop_timeout_(stop_timeout), pause_(pause), world_(world) {}

  std::string describe(const Target& target) const override {
    const std::string stop_timeout = base::format_duration(stop_timeout_);
    if (pause_ == base::Duration::zero()) {
      return fmt::format("restart container {} (killed after {})", target.name, stop_timeout);
    }
    return fmt::format("stop container {} (killed after {}), wait {}, start it", target.name, stop_timeout,
                       base::format_duration(pause_));
  }

  base::Duration shortest_timeout() const override { return stop_timeout_ + pause_ + kToStart; }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    if (pause_ == base::Duration::zero()) {
      if (auto restarted = world_.docker.restart(target.name, stop_timeout_, deadline); !restarted) {
        return std::unexpected(restarted.error());
      }
      return Outcome{fmt::format("restarted container {}", target.name)};
    }
    return stop_wait_start(target, deadline);
  }

 private:
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
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout", "pause"});
  const auto stop_timeout = parameters.optional("stop_timeout")
                                .duration(seconds(10), base::Duration::zero(), std::chrono::minutes(10));
  const auto pause = parameters.optional("pause").duration(base::Duration::zero(), base::Duration::zero(),
                                                           std::chrono::minutes(10));
  return std::make_unique<ContainerRestart>(stop_timeout, pause, world);
}

}  // namespace healer::actions
