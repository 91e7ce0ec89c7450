#include "healer/actions/containers/container_start.h"

namespace healer::actions {
namespace {

class ContainerStart final : public Action {
 public:
  explicit ContainerStart(const World& world) : world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format("start container {}", target.name);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    const auto container = world_.docker.inspect(target.name, deadline);
    if (!container) return std::unexpected(container.error());
    // The engine also accepts the beginning of an id as a name.
    if (!*container || (*container)->name != target.name)
      return base::fail("there is no container {}", target.name);
    if ((*container)->state == "paused") {
      return base::fail("container {0} is left alone: it is paused; resume it with `docker unpause {0}`",
                        target.name);
    }
    if (auto started = world_.docker.start((*container)->id, deadline); !started)
      return std::unexpected(started.error());
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
