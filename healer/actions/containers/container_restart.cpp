#include "healer/actions/containers/container_restart.h"

#include <fmt/ranges.h>

#include <optional>
#include <thread>

#include "base/docker/permit.h"
#include "base/text/duration.h"
#include "healer/actions/containers/stop_timeout.h"

namespace healer::actions {
namespace {

using std::chrono::seconds;

// Part of the deadline that is reserved for the start, so that a stopped container is never left stopped.
constexpr base::Duration kToStart = seconds(5);
constexpr base::Duration kToLook = seconds(5);

using base::docker::Disruption;
using base::docker::Permit;

struct Restart {
  StopTimeout stop_timeout;
  base::Duration pause{};
  base::Duration settle{};
  bool network_users = false;  // restart them as well
};

class ContainerRestart final : public Action {
 public:
  ContainerRestart(Restart restart, const World& world) : restart_(restart), world_(world) {}

  std::string describe(const Target& target) const override {
    std::string words;
    if (restart_.pause == base::Duration::zero()) {
      words = fmt::format("restart container {} ({})", target.name, restart_.stop_timeout.words());
    } else {
      words = fmt::format("stop container {} ({}), wait {}, start it", target.name,
                          restart_.stop_timeout.words(), base::format_duration(restart_.pause));
    }
    if (restart_.network_users) words += ", then restart the containers that use its network";
    if (restart_.settle == base::Duration::zero()) return words;
    return words +
           fmt::format(", unless it was started less than {} ago", base::format_duration(restart_.settle));
  }

  base::Duration shortest_timeout() const override {
    return to_look() + restart_.stop_timeout.planned() + restart_.pause + kToStart;
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    if (restart_.settle != base::Duration::zero()) {
      auto since = fresh_since(target, deadline.within(kToLook));
      if (!since) return std::unexpected(since.error());
      if (*since) {
        return Outcome{fmt::format("left container {} alone: running again since {}", target.name,
                                   base::rfc3339(**since))};
      }
    }
    const auto permit = base::docker::permit(world_.docker, target.name, request({}), deadline);
    if (!permit) return std::unexpected(permit.error());
    // The containers that use its network are checked before anything is stopped.
    base::Duration more = permit->beyond(restart_.stop_timeout.planned());
    for (const std::string& user : permit->network_users()) {
      const auto users_own = permit_user(user, *permit, deadline);
      if (!users_own) return std::unexpected(users_own.error());
      more += users_own->grace() + kToStart;
    }
    deadline = deadline.extended(more);
    auto done = restart_.pause == base::Duration::zero() ? restart(*permit, deadline)
                                                         : stop_wait_start(*permit, deadline);
    if (!done || permit->network_users().empty()) return done;
    return restart_users(*permit, std::move(*done), deadline);
  }

 private:
  base::Duration to_look() const {
    return restart_.settle == base::Duration::zero() ? restart_.settle : kToLook;
  }

  base::docker::PermitRequest request(std::vector<std::string> along) const {
    return {.what = Disruption::kRestart,
            .stop_timeout = restart_.stop_timeout.asked,
            .along = std::move(along),
            .restarts_network_users = restart_.network_users};
  }

  // When the container was started, if that was so recently that its health is not known yet: a deployment or
  // Docker's restart policy has restarted it already.
  base::Result<std::optional<base::WallTime>> fresh_since(const Target& target, base::Deadline deadline) {
    const auto container = world_.docker.inspect(target.name, deadline);
    if (!container) return std::unexpected(container.error());
    if (!*container || !(*container)->running || !(*container)->started) return std::nullopt;
    const base::WallTime started = *(*container)->started;
    const base::Duration age = world_.clock.now().wall - started;
    // A time in the future is ignored: a clock was set.
    if (age < base::Duration::zero() || age >= restart_.settle) return std::nullopt;
    return started;
  }

  base::Result<Outcome> restart(const Permit& permit, base::Deadline deadline) {
    if (auto restarted = world_.docker.restart(permit, deadline); !restarted)
      return std::unexpected(restarted.error());
    return Outcome{fmt::format("restarted container {}", permit.name())};
  }

  base::Result<Outcome> stop_wait_start(const Permit& permit, base::Deadline deadline) {
    const base::Duration to_stop = deadline.remaining() - restart_.pause - kToStart;
    const auto stopped = world_.docker.stop(permit, deadline.within(to_stop));
    if (stopped) std::this_thread::sleep_for(std::min(restart_.pause, deadline.remaining()));
    // Start it also after a failed stop: the engine may have stopped it all the same.
    const auto started = base::docker::start_again(world_.docker, permit, deadline);
    if (!stopped) return std::unexpected(stopped.error());
    if (!started) return std::unexpected(started.error());
    return Outcome{fmt::format("stopped container {}, waited {}, started it", permit.name(),
                               base::format_duration(restart_.pause))};
  }

  base::Result<Permit> permit_user(const std::string& user, const Permit& of, base::Deadline deadline) const {
    std::vector<std::string> along = of.network_users();
    along.push_back(of.name());
    return base::docker::permit(world_.docker, user,
                                {.what = Disruption::kRestart, .along = std::move(along)}, deadline);
  }

  base::Result<Outcome> restart_users(const Permit& permit, Outcome done, base::Deadline deadline) const {
    for (const std::string& user : permit.network_users()) {
      const auto users_own = permit_user(user, permit, deadline);
      const auto restarted = users_own ? world_.docker.restart(*users_own, deadline)
                                       : base::Result<>(std::unexpected(users_own.error()));
      if (!restarted) return base::fail("{}; but {}: {}", done.detail, user, restarted.error().message);
    }
    done.detail += fmt::format(", and restarted the containers that use its network: {}",
                               fmt::join(permit.network_users(), ", "));
    return done;
  }

  Restart restart_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_restart(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout", "pause", "settle", "network_users"});
  Restart restart{.stop_timeout = read_stop_timeout(parameters)};
  restart.pause = parameters.optional("pause").duration(base::Duration::zero(), base::Duration::zero(),
                                                        std::chrono::minutes(10));
  restart.settle =
      parameters.optional("settle").duration(seconds(10), base::Duration::zero(), std::chrono::minutes(10));
  restart.network_users =
      parameters.optional("network_users").one_of({"refuse", "restart"}, "refuse") == "restart";
  return std::make_unique<ContainerRestart>(restart, world);
}

}  // namespace healer::actions
