#include "healer/actions/maintenance/stack_rebuild.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/docker/network_usage.h"
#include "healer/actions/containers/stop_timeout.h"
#include "healer/actions/maintenance/rebuild/rebuild.h"
#include "healer/actions/maintenance/rebuild/report.h"
#include "healer/config/config.h"

namespace healer::actions {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

constexpr base::Duration kToWrite = 10s;
constexpr base::Duration kToCount = 4s;  // of kToWrite

struct Settings {
  rebuild::RebuildRequest order;
  StopTimeout stop_timeout;
  std::optional<rebuild::ComposeSettings> compose{};
  std::vector<rebuild::Build> images{};
  std::string docker;
  std::string folder;  // of reports
};

// Each declared container with those of `containers` that its subsystems depend on, dependencies first.
std::vector<rebuild::Service> in_order(const std::vector<std::string>& containers,
                                       const base::Inventory& inventory) {
  std::map<std::string, std::set<std::string>> needs;
  for (const base::Subsystem& subsystem : inventory.subsystems) {
    for (const std::string& name : subsystem.depends_on) {
      const base::Subsystem* other = inventory.find(name);
      if (other == nullptr || other->container == subsystem.container) continue;
      if (std::ranges::find(containers, other->container) != containers.end())
        needs[subsystem.container].insert(other->container);
    }
  }
  std::vector<rebuild::Service> sorted;
  std::vector<std::string> left = containers;
  while (!left.empty()) {
    const auto ready = [&](const std::string& name) {
      return std::ranges::all_of(needs[name], [&](const std::string& other) {
        return std::ranges::find(left, other) == left.end();
      });
    };
    auto next = std::ranges::find_if(left, ready);
    // Subsystems have no cyclic dependencies, but their containers may, where subsystems share one.
    const bool circle = next == left.end();
    if (circle) next = left.begin();
    rebuild::Service service{*next, {}};
    if (!circle) service.depends_on.assign(needs[*next].begin(), needs[*next].end());
    left.erase(next);
    sorted.push_back(std::move(service));
  }
  return sorted;
}

class StackRebuild final : public Action {
 public:
  StackRebuild(Settings settings, const World& world) : settings_(std::move(settings)), world_(world) {}

  Properties properties(Properties usual) const override {
    if (settings_.order.remove_volumes) {
      usual.repetition = Repetition::kNotRepeatable;
      usual.approval = ApprovalRule::kNeedsApproval;
    }
    return usual;
  }
  PlannedDowntime takes() const override { return {.containers = settings_.order.containers}; }

  base::Duration shortest_timeout() const override {
    return settings_.order.longest() + world_.config->validation.timeout + kToWrite;
  }

  std::string describe(const Target&) const override {
    const rebuild::RebuildRequest& order = settings_.order;
    return fmt::format(
        "rebuild the whole stack: {}, stop {}, {}start everything, wait until it is healthy, check it",
        settings_.compose ? "build every image of " + settings_.compose->files.front()
                          : fmt::format("build {} images", settings_.images.size()),
        fmt::join(order.containers, ", "),
        order.remove_volumes ? "REMOVE ALL THEIR VOLUMES (their data is lost), " : "");
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const Config& config = *world_.config;
    const auto stack = make_stack();
    auto done =
        rebuild::rebuild(settings_.order, *stack, config.validation, world_.docker, *world_.prometheus,
                         world_.clock, deadline.within(deadline.remaining() - kToWrite));
    add_network_usage(done);
    std::string words = done.status();
    if (const rebuild::Step* failed = done.failed()) words += ": " + failed->detail;
    if (!done.lost.empty()) words += fmt::format("; lost: {}", fmt::join(done.lost, ", "));
    const auto path = rebuild::write_report(done, config.stack, settings_.folder);
    if (!path) return base::fail("{}; and its report was not written: {}", words, path.error().message);
    return Outcome{.detail = fmt::format("{} ({})", words, *path),
                   .written = Written{.what = Written::What::kRestartReport,
                                      .date = base::rfc3339(done.began).substr(0, 10),
                                      .status = done.status(),
                                      .path = *path},
                   .ok = done.passed()};
  }

 private:
  // Of a container whose usage cannot be read it stays unknown.
  void add_network_usage(rebuild::Rebuild& done) const {
    const base::Deadline until = base::Deadline::after(world_.clock, kToCount);
    for (rebuild::Change& change : done.containers) {
      const auto usage = base::docker::network_usage(world_.config->docker_host, change.container, until);
      if (!usage || !*usage) continue;
      change.received = (*usage)->received;
      change.sent = (*usage)->sent;
    }
  }

  std::unique_ptr<rebuild::Stack> make_stack() const {
    const Config& config = *world_.config;
    if (settings_.compose) {
      rebuild::ComposeSettings compose = *settings_.compose;
      compose.docker_host = config.docker_host;
      compose.containers = settings_.order.containers;
      compose.stop_timeout = settings_.stop_timeout.asked;
      return rebuild::compose_stack(std::move(compose), world_.docker);
    }
    return rebuild::plain_stack({.services = in_order(settings_.order.containers, config.inventory),
                                 .images = settings_.images,
                                 .docker = settings_.docker,
                                 .docker_host = config.docker_host,
                                 .folder = config.data_dir + "/rebuild",
                                 .stop_timeout = settings_.stop_timeout.asked,
                                 .healthy_within = settings_.order.healthy_within},
                                world_.docker);
  }

  Settings settings_;
  World world_;
};

std::string read_path(const Node& node, const std::string& fallback = "") {
  std::string path = node.present() ? node.non_empty_string() : fallback;
  if (!path.empty() && !path.starts_with('/'))
    node.problem(fmt::format("\"{}\" is not an absolute path", path));
  return path;
}

std::vector<std::string> read_containers(const Node& node, const World& world) {
  std::vector<std::string> containers;
  if (!node.present()) return containers;
  for (const Node& item : node.items()) {
    std::string name = item.non_empty_string();
    if (!name.empty() && !world.config->inventory.has_container(name))
      item.problem(fmt::format("subsystems.yml declares no container \"{}\"", name));
    if (std::ranges::find(containers, name) != containers.end())
      item.problem(fmt::format("\"{}\" is listed twice", name));
    containers.push_back(std::move(name));
  }
  if (node.is_list() && containers.empty()) node.problem("must list at least one container");
  return containers;
}

rebuild::ComposeSettings read_compose(const Node& node) {
  rebuild::ComposeSettings compose;
  node.only({"command", "files", "project"});
  const Node command = node.optional("command");
  compose.command =
      command.present() ? command.strings() : std::vector<std::string>{"/usr/bin/docker-compose"};
  if (compose.command.empty()) command.problem("must not be empty");
  if (!compose.command.empty() && !compose.command.front().starts_with('/'))
    command.problem(fmt::format("\"{}\" is not an absolute path", compose.command.front()));
  const Node files = node.required("files");
  if (files.present()) {
    for (const Node& file : files.items()) compose.files.push_back(read_path(file));
    if (files.is_list() && compose.files.empty()) files.problem("must list at least one file");
  }
  if (const Node project = node.optional("project"); project.present())
    compose.project = project.non_empty_string();
  return compose;
}

std::vector<rebuild::Build> read_images(const Node& node) {
  std::vector<rebuild::Build> images;
  if (!node.present()) return images;
  for (const Node& item : node.items()) {
    if (!item.is_map()) {
      item.problem("must be a map");
      continue;
    }
    item.only({"image", "context", "file"});
    const Node image = item.required("image");
    const Node file = item.optional("file");
    images.push_back(
        {image.non_empty_string(), read_path(item.required("context")), file.string("Dockerfile")});
    if (images.back().image.starts_with('-')) image.problem("is not a valid image name");
    if (images.back().file.starts_with('/')) file.problem("must be relative to the context");
  }
  return images;
}

}  // namespace

std::unique_ptr<Action> make_stack_rebuild(const Node& parameters, const World& world) {
  parameters.only({"containers", "compose", "images", "docker", "remove_volumes", "build_timeout",
                   "stop_timeout", "healthy_within", "settle", "folder"});
  if (world.config == nullptr || world.prometheus == nullptr) return nullptr;
  Settings settings;
  settings.stop_timeout = read_stop_timeout(parameters);
  settings.order = {
      .containers = read_containers(parameters.required("containers"), world),
      .remove_volumes = parameters.optional("remove_volumes").boolean(false),
      .build_timeout = parameters.optional("build_timeout").duration(20min, 1s, 50min),
      .stop_timeout = settings.stop_timeout.planned(),
      .healthy_within = parameters.optional("healthy_within").duration(5min, 1s, 30min),
      .settle = parameters.optional("settle").duration(5s, 0s, 10min),
  };
  if (const Node compose = parameters.optional("compose"); compose.present()) {
    if (parameters.optional("images").present())
      parameters.optional("images").problem("must not be set with `compose`");
    if (compose.is_map()) {
      settings.compose = read_compose(compose);
    } else {
      compose.problem("must be a map");
    }
  }
  settings.images = read_images(parameters.optional("images"));
  settings.docker = read_path(parameters.optional("docker"), "/usr/bin/docker");
  settings.folder = read_path(parameters.required("folder"));
  return std::make_unique<StackRebuild>(std::move(settings), world);
}

}  // namespace healer::actions
