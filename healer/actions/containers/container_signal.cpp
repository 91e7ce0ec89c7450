#include "healer/actions/containers/container_signal.h"

#include "base/docker/permit.h"

namespace healer::actions {
namespace {

class ContainerSignal final : public Action {
 public:
  ContainerSignal(std::string signal, const World& world) : signal_(std::move(signal)), world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format("send {} to container {}", signal_, target.name);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    const auto permit = base::docker::permit(
        world_.docker, target.name, {.what = base::docker::Disruption::kSignal, .signal = signal_}, deadline);
    if (!permit) return std::unexpected(permit.error());
    if (auto sent = world_.docker.kill(*permit, signal_, deadline); !sent)
      return std::unexpected(sent.error());
    return Outcome{fmt::format("sent {} to container {}", signal_, target.name)};
  }

 private:
  std::string signal_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_signal(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"signal"});
  // No signals that cannot be caught: container_stop and container_restart end a container.
  std::string signal = parameters.required("signal").one_of(
      {"SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGINT", "SIGTERM", "SIGQUIT"}, "SIGHUP");
  return std::make_unique<ContainerSignal>(std::move(signal), world);
}

}  // namespace healer::actions
