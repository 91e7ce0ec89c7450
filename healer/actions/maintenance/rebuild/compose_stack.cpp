#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/os/process.h"
#include "healer/actions/failure_summary.h"
#include "healer/actions/maintenance/rebuild/permits.h"
#include "healer/actions/maintenance/rebuild/stack.h"

namespace healer::rebuild {
namespace {

using base::Deadline;
using base::Result;

class ComposeStack final : public Stack {
 public:
  ComposeStack(ComposeSettings settings, const base::docker::Engine& docker)
      : settings_(std::move(settings)), docker_(docker) {}

  Result<std::string> look(Deadline deadline) override {
    auto valid = compose({"config", "--quiet"}, "the compose file is valid", deadline);
    if (!valid) return valid;
    if (auto permits = permits_of_all(deadline); !permits) return std::unexpected(permits.error());
    return valid;
  }
  base::Duration beyond_plan() const override { return beyond_plan_; }
  Result<std::string> build(Deadline deadline) override {
    return compose({"build", "--no-cache"}, "images built without cache", deadline);
  }
  // Checked again: a build may have taken long.
  Result<std::string> stop(Deadline deadline) override {
    if (auto permits = permits_of_all(deadline); !permits) return std::unexpected(permits.error());
    return compose(with_timeout({"stop"}), "all containers are stopped", deadline);
  }
  // Volumes that the file declares as external stay.
  Result<std::string> remove(const std::vector<std::string>&, Deadline deadline) override {
    return compose(with_timeout({"down", "--volumes"}), "containers and their volumes removed", deadline);
  }
  Result<std::string> start(Deadline deadline) override {
    return compose(with_timeout({"up", "--detach", "--no-build", "--force-recreate"}),
                   "recreated and started", deadline);
  }
  std::string manual_command() const override {
    return fmt::format("{} up --detach", fmt::join(beginning(), " "));
  }

 private:
  std::vector<std::string> beginning() const {
    std::vector<std::string> argv = settings_.command;
    for (const std::string& file : settings_.files) argv.insert(argv.end(), {"--file", file});
    if (!settings_.project.empty()) argv.insert(argv.end(), {"--project-name", settings_.project});
    return argv;
  }

  // Compose has one timeout for all containers, or without it each service's own. A given timeout must not be
  // shorter than any container's own.
  std::vector<std::string> with_timeout(std::vector<std::string> command) const {
    if (!settings_.stop_timeout) return command;
    const base::Duration longest = std::max(*settings_.stop_timeout, longest_grace_);
    command.insert(command.end(),
                   {"--timeout", std::to_string(std::chrono::ceil<std::chrono::seconds>(longest).count())});
    return command;
  }

  // The declared containers and those that compose lists.
  Result<> permits_of_all(Deadline deadline) {
    const auto listed = run_compose({"ps", "--quiet"}, deadline);
    if (!listed) return std::unexpected(listed.error());
    std::vector<std::string> containers = settings_.containers;
    std::istringstream lines(listed->out);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) containers.push_back(line);
    }
    const auto all = permit_all(docker_, containers, settings_.stop_timeout, deadline);
    if (!all) return std::unexpected(all.error());
    beyond_plan_ = all->beyond_plan;
    for (const base::docker::Permit& permit : all->permits)
      longest_grace_ = std::max(longest_grace_, permit.grace());
    return {};
  }

  Result<base::Exit> run_compose(const std::vector<std::string>& command, Deadline deadline) {
    base::Command what{.argv = beginning(),
                       .directory = std::filesystem::path(settings_.files.front()).parent_path().string(),
                       .environment = {{"DOCKER_HOST", settings_.docker_host}}};
    what.argv.insert(what.argv.end(), command.begin(), command.end());
    const auto exit = base::run(what, deadline);
    if (!exit) return std::unexpected(exit.error());
    if (exit->ok()) return exit;
    return base::fail("{} {} {}", settings_.command.front(), command.front(), how_it_failed(*exit));
  }

  Result<std::string> compose(const std::vector<std::string>& command, std::string done, Deadline deadline) {
    if (const auto exit = run_compose(command, deadline); !exit) return std::unexpected(exit.error());
    return done;
  }

  ComposeSettings settings_;
  const base::docker::Engine& docker_;
  base::Duration beyond_plan_{};
  base::Duration longest_grace_{};
};

}  // namespace

std::unique_ptr<Stack> compose_stack(ComposeSettings settings, const base::docker::Engine& docker) {
  return std::make_unique<ComposeStack>(std::move(settings), docker);
}

}  // namespace healer::rebuild
