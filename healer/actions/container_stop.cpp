#include "healer/actions/container_stop.h"

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

class ContainerStop final : public Action {
 public:
  ContainerStop(base::Duration stop_timeout, const World& world)
      : stop_timeout_(stop_timeout), world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format("stop container {} (killed after {})", target.name,
                       base::format_duration(stop_timeout_));
  }

  base::Duration shortest_timeout() const override { return stop_timeout_ + std::chrono::seconds(1); }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    if (auto stopped = world_.docker.stop(target.name, stop_timeout_, deadline); !stopped) {
      return std::unexpected(stopped.error());
    }
    return Outcome{.detail = fmt::format("stopped container {}", target.name),
                   .undo = make_undo("container_start", nlohmann::json::object())};
  }

 private:
  base::Duration stop_timeout_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_stop(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"stop_timeout"});
  const auto stop_timeout =
      parameters.optional("stop_timeout")
          .duration(std::chrono::seconds(10), base::Duration::zero(), std::chrono::minutes(10));
  return std::make_unique<ContainerStop>(stop_timeout, world);
}

}  // namespace healer::actions
