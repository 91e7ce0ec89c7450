#include "healer/actions/container_start.h"

namespace healer::actions {
namespace {

class ContainerStart final : public Action {
 public:
  explicit ContainerStart(const World& world) : world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format("start container {}", target.name);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    if (auto started = world_.docker.start(target.name, deadline); !started) {
      return std::unexpected(started.error());
    }
    return Outcome{fmt::format("started container {}", target.name)};
  }

 private:
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_start(const base::yaml::Node& parameters, const World& world) {
  parameters.only({});
  return std::make_unique<ContainerStart>(world);
}

}  // namespace healer::actions
