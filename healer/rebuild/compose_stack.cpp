#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "base/process.h"
#include "healer/last_words.h"
#include "healer/rebuild/stack.h"

namespace healer::rebuild {
namespace {

using base::Deadline;
using base::Result;

class ComposeStack final : public Stack {
 public:
  explicit ComposeStack(ComposeSettings settings) : settings_(std::move(settings)) {}

  Result<std::string> look(Deadline deadline) override {
    return compose({"config", "--quiet"}, "the file is as compose wants it", deadline);
  }
  Result<std::string> build(Deadline deadline) override {
    return compose({"build", "--no-cache"}, "images built without cache", deadline);
  }
  Result<std::string> stop(Deadline deadline) override {
    return compose({"stop", "--timeout", timeout()}, "everything is stopped", deadline);
  }
  // What the file calls external belongs to others and stays.
  Result<std::string> remove(const std::vector<std::string>&, Deadline deadline) override {
    return compose({"down", "--volumes", "--timeout", timeout()}, "containers and their volumes removed",
                   deadline);
  }
  Result<std::string> start(Deadline deadline) override {
    return compose({"up", "--detach", "--no-build", "--force-recreate", "--timeout", timeout()},
                   "made anew and started", deadline);
  }
  std::string by_hand() const override { return fmt::format("{} up --detach", fmt::join(beginning(), " ")); }

 private:
  std::vector<std::string> beginning() const {
    std::vector<std::string> argv = settings_.command;
    for (const std::string& file : settings_.files) argv.insert(argv.end(), {"--file", file});
    if (!settings_.project.empty()) argv.insert(argv.end(), {"--project-name", settings_.project});
    return argv;
  }

  std::string timeout() const {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(settings_.stop_timeout).count());
  }

  Result<std::string> compose(const std::vector<std::string>& command, std::string done, Deadline deadline) {
    base::Command what{.argv = beginning(),
                       .directory = std::filesystem::path(settings_.files.front()).parent_path().string(),
                       .environment = {{"DOCKER_HOST", settings_.docker_host}}};
    what.argv.insert(what.argv.end(), command.begin(), command.end());
    const auto exit = base::run(what, deadline);
    if (!exit) return std::unexpected(exit.error());
    if (exit->ok()) return done;
    return base::fail("{} {} {}", settings_.command.front(), command.front(), how_it_failed(*exit));
  }

  ComposeSettings settings_;
};

}  // namespace

std::unique_ptr<Stack> compose_stack(ComposeSettings settings) {
  return std::make_unique<ComposeStack>(std::move(settings));
}

}  // namespace healer::rebuild
