#include "healer/actions/containers/container_stop.h"

#include <nlohmann/json.hpp>

#include "base/docker/permit.h"
#include "healer/actions/containers/stop_timeout.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

class ContainerStop final : public Action {
 public:
  ContainerStop(StopTimeout stop_timeout, const World& world) : stop_timeout_(stop_timeout), world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format("stop container {} ({})", target.name, stop_timeout_.words());
  }

  base::Duration shortest_timeout() const override {
    return stop_timeout_.planned() + std::chrono::seconds(1);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    const auto permit = base::docker::permit(
        world_.docker, target.name,
        {.what = base::docker::Disruption::kStop, .stop_timeout = stop_timeout_.asked}, deadline);
    if (!permit) return std::unexpected(permit.error());
    const base::Deadline longer = deadline.extended(permit->beyond(stop_timeout_.planned()));
    if (auto stopped = world_.docker.stop(*permit, longer); !stopped) return std::unexpected(stopped.error());
    return Outcome{.detail = fmt::format("stopped container {}", target.name),
                   .undo = make_undo("container_start", nlohmann::json::object())};
  }

 private:
  StopTimeout stop_timeout_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_stop(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout"});
  return std::make_unique<ContainerStop>(read_stop_timeout(parameters), world);
}

}  // namespace healer::actions
