#include "healer/actions/containers/container_call.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "base/docker/permit.h"
#include "healer/actions/containers/stop_timeout.h"
#include "healer/actions/table.h"
#include "healer/actions/undo.h"
#include "healer/config/target_name.h"

namespace healer::actions {
namespace {

using base::Deadline;
using base::Result;
using base::docker::Disruption;

class ContainerCall final : public Action {
 public:
  using Call = std::function<Result<Outcome>(const std::string& container, Deadline deadline)>;

  // `words`: what it does, with {{target}} for the container.
  ContainerCall(std::string words, Call call, base::Duration shortest_timeout = base::Duration::zero())
      : words_(std::move(words)), call_(std::move(call)), shortest_timeout_(shortest_timeout) {}

  std::string describe(const Target& target) const override { return fill_in(words_, target.name); }
  base::Duration shortest_timeout() const override { return shortest_timeout_; }
  Result<Outcome> run(const Target& target, Deadline deadline) override {
    return call_(target.name, deadline);
  }

 private:
  std::string words_;
  Call call_;
  base::Duration shortest_timeout_;
};

Result<Outcome> start(const base::docker::Engine& docker, const std::string& name, Deadline deadline) {
  const auto container = docker.inspect(name, deadline);
  if (!container) return std::unexpected(container.error());
  // The engine also accepts the beginning of an id as a name.
  if (!*container || (*container)->name != name) return base::fail("there is no container {}", name);
  if ((*container)->state == "paused") {
    return base::fail("container {0} is left alone: it is paused; resume it with `docker unpause {0}`", name);
  }
  if (auto started = docker.start((*container)->id, deadline); !started)
    return std::unexpected(started.error());
  return Outcome{fmt::format("started container {}", name)};
}

Result<Outcome> stop(const base::docker::Engine& docker, const std::string& name, StopTimeout stop_timeout,
                     Deadline deadline) {
  const auto permit = base::docker::permit(
      docker, name, {.what = Disruption::kStop, .stop_timeout = stop_timeout.asked}, deadline);
  if (!permit) return std::unexpected(permit.error());
  const Deadline longer = deadline.extended(permit->beyond(stop_timeout.planned()));
  if (auto stopped = docker.stop(*permit, longer); !stopped) return std::unexpected(stopped.error());
  return Outcome{.detail = fmt::format("stopped container {}", name),
                 .undo = make_undo(info("container_stop").undone_by, nlohmann::json::object())};
}

Result<Outcome> send(const base::docker::Engine& docker, const std::string& name, const std::string& signal,
                     Deadline deadline) {
  const auto permit =
      base::docker::permit(docker, name, {.what = Disruption::kSignal, .signal = signal}, deadline);
  if (!permit) return std::unexpected(permit.error());
  if (auto sent = docker.kill(*permit, signal, deadline); !sent) return std::unexpected(sent.error());
  return Outcome{fmt::format("sent {} to container {}", signal, name)};
}

}  // namespace

std::unique_ptr<Action> make_container_start(const base::yaml::Node& parameters, const World& world) {
  parameters.only({});
  return std::make_unique<ContainerCall>("start container {{target}}",
                                         [&docker = world.docker](const auto& name, Deadline deadline) {
                                           return start(docker, name, deadline);
                                         });
}

std::unique_ptr<Action> make_container_stop(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout"});
  const StopTimeout timeout = read_stop_timeout(parameters);
  return std::make_unique<ContainerCall>(
      fmt::format("stop container {} ({})", kTargetName, timeout.words()),
      [&docker = world.docker, timeout](const auto& name, Deadline deadline) {
        return stop(docker, name, timeout, deadline);
      },
      timeout.planned() + std::chrono::seconds(1));
}

std::unique_ptr<Action> make_container_signal(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"signal"});
  // No signals that cannot be caught: container_stop and container_restart end a container.
  const std::string signal = parameters.required("signal").one_of(
      {"SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGINT", "SIGTERM", "SIGQUIT"}, "SIGHUP");
  return std::make_unique<ContainerCall>(
      fmt::format("send {} to container {}", signal, kTargetName),
      [&docker = world.docker, signal](const auto& name, Deadline deadline) {
        return send(docker, name, signal, deadline);
      });
}

}  // namespace healer::actions
