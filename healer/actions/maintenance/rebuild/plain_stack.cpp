#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/docker/recreate.h"
#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"
#include "healer/actions/failure_summary.h"
#include "healer/actions/maintenance/rebuild/permits.h"
#include "healer/actions/maintenance/rebuild/stack.h"
#include "healer/actions/maintenance/rebuild/wait_healthy.h"

namespace healer::rebuild {
namespace {

using base::Deadline;
using base::fail;
using base::Result;
using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kLabel = "salus.rebuilt_from";
constexpr base::Duration kToStop = 10s;  // for the engine, in addition to the stop timeout

std::string text(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

class PlainStack final : public Stack {
 public:
  PlainStack(PlainSettings settings, const base::docker::Engine& docker)
      : settings_(std::move(settings)), docker_(docker) {}

  Result<std::string> look(Deadline deadline) override {
    for (const Service& service : settings_.services) {
      const auto there = docker_.inspect(service.container, deadline);
      if (!there) return std::unexpected(there.error());
      if (!*there && !is_kept(service.container)) return fail("there is no container {}", service.container);
      if (*there) {
        if (const auto like = likeness(service.container, deadline); !like)
          return std::unexpected(like.error());
      }
    }
    if (auto ordered = network_before_its_users(deadline); !ordered) return std::unexpected(ordered.error());
    const auto permits = permit_all(docker_, names(), settings_.stop_timeout, deadline);
    if (!permits) return std::unexpected(permits.error());
    beyond_plan_ = permits->beyond_plan;
    for (const Build& image : settings_.images) {
      std::error_code error;
      if (!std::filesystem::exists(std::filesystem::path(image.context) / image.file, error))
        return fail("{}/{}: the file does not exist", image.context, image.file);
    }
    return fmt::format("{} containers, {} images to build", settings_.services.size(),
                       settings_.images.size());
  }

  // Uses the docker client, which packs the context and applies .dockerignore as a manual build does.
  Result<std::string> build(Deadline deadline) override {
    if (settings_.images.empty()) return std::string("no image is configured: existing images are used");
    std::vector<std::string> built;
    for (const Build& image : settings_.images) {
      const auto exit = base::run({.argv = {settings_.docker, "build", "--no-cache", "--tag", image.image,
                                            "--file", image.context + "/" + image.file, image.context},
                                   .environment = {{"DOCKER_HOST", settings_.docker_host}}},
                                  deadline);
      if (!exit) return std::unexpected(exit.error());
      if (!exit->ok()) return fail("image {}: the build {}", image.image, how_it_failed(*exit));
      built.push_back(image.image);
    }
    return fmt::format("built {} without cache", fmt::join(built, ", "));
  }

  base::Duration beyond_plan() const override { return beyond_plan_; }

  // Dependencies last. Checked again: a build may have taken long.
  Result<std::string> stop(Deadline deadline) override {
    const auto all = permit_all(docker_, names(), settings_.stop_timeout, deadline);
    if (!all) return std::unexpected(all.error());
    for (auto permit = all->permits.rbegin(); permit != all->permits.rend(); ++permit) {
      const auto stopped = docker_.stop(*permit, deadline.within(permit->grace() + kToStop));
      if (!stopped) return base::wrap(stopped.error(), "{}", permit->name());
    }
    return std::string("all containers are stopped");
  }

  Result<std::string> remove(const std::vector<std::string>& volumes, Deadline deadline) override {
    for (const Service& service : settings_.services) {
      if (auto kept = keep_and_remove(service.container, deadline); !kept)
        return std::unexpected(kept.error());
    }
    for (const std::string& volume : volumes) {
      if (auto removed = docker_.remove_volume(volume, deadline); !removed)
        return base::wrap(removed.error(), "volume {}", volume);
    }
    return fmt::format("containers and {} volumes removed", volumes.size());
  }

  Result<std::string> start(Deadline deadline) override {
    for (const Service& service : settings_.services) {
      const std::string& name = service.container;
      if (auto ready = await_well(service.depends_on, docker_, 0s, deadline.within(settings_.healthy_within));
          !ready) {
        return base::wrap(ready.error(), "{} waits for its dependencies", name);
      }
      if (auto kept = keep_and_remove(name, deadline); !kept) return std::unexpected(kept.error());
      if (auto made = make_anew(name, deadline); !made) return base::wrap(made.error(), "{}", name);
      if (auto started = docker_.start(name, deadline); !started)
        return base::wrap(started.error(), "{}", name);
    }
    return std::string("recreated and started, each after its dependencies");
  }

  std::string manual_command() const override {
    return fmt::format("{} start {}", settings_.docker, fmt::join(names(), " "));
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Service& service : settings_.services) names.push_back(service.container);
    return names;
  }

  // The container of this stack whose network `container` uses; empty: none. Recreated containers get another
  // id, so the network is referred to by name.
  Result<std::string> network_of(const Json& container, Deadline deadline) const {
    constexpr std::string_view kOfContainer = "container:";
    const std::string mode = text(container.value("HostConfig", Json::object()), "NetworkMode");
    if (!mode.starts_with(kOfContainer)) return std::string();
    const auto of = docker_.inspect(mode.substr(kOfContainer.size()), deadline);
    if (!of) return std::unexpected(of.error());
    if (!*of) return std::string();
    const auto all = names();
    return std::ranges::find(all, (*of)->name) == all.end() ? std::string() : (*of)->name;
  }

  Result<> network_before_its_users(Deadline deadline) const {
    std::vector<std::string> before;
    for (const std::string& name : names()) {
      const auto container = docker_.inspect_document(name, deadline);
      if (!container) return std::unexpected(container.error());
      if (*container) {
        const auto of = network_of(**container, deadline);
        if (!of) return std::unexpected(of.error());
        if (!of->empty() && std::ranges::find(before, *of) == before.end())
          return fail("{0} uses the network of {1}: `containers` must list {1} before {0}", name, *of);
      }
      before.push_back(name);
    }
    return {};
  }

  std::string kept_file(const std::string& name) const { return settings_.folder + "/" + name + ".json"; }
  bool is_kept(const std::string& name) const {
    std::error_code error;
    return std::filesystem::exists(kept_file(name), error);
  }

  Result<base::docker::Recreation> likeness(const std::string& name, Deadline deadline) const {
    const auto container = docker_.inspect_document(name, deadline);
    if (!container) return std::unexpected(container.error());
    if (!*container) return fail("there is no container {}", name);
    const auto image = docker_.image_document(text(**container, "Image"), deadline);
    if (!image) return std::unexpected(image.error());
    const std::string named = text((*container)->value("Config", Json::object()), "Image");
    const auto network = network_of(**container, deadline);
    if (!network) return std::unexpected(network.error());
    auto like = base::docker::recreate(
        **container, image->value_or(Json::object()),
        {name, named, {kLabel, text(**container, "Image")}, network->empty() ? "" : "container:" + *network});
    if (!like) return base::wrap(like.error(), "container {}", name);
    return like;
  }

  // The configuration is stored before the container is removed. If the container does not exist, an
  // interrupted run has stored it.
  Result<> keep_and_remove(const std::string& name, Deadline deadline) {
    const auto there = docker_.inspect(name, deadline);
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    // It was created, but may not be in all its networks: the stored configuration is more complete.
    const bool half_made = is_kept(name) && (*there)->state == "created";
    if (!half_made) {
      const auto like = likeness(name, deadline);
      if (!like) return std::unexpected(like.error());
      std::error_code error;
      std::filesystem::create_directories(settings_.folder, error);
      if (error) return fail("{}: {}", settings_.folder, error.message());
      const Json kept = {{"create", like->create}, {"connect", like->connect}};
      if (auto written = base::write_atomically(kept_file(name), kept.dump(), 0600); !written) return written;
    }
    // A container that was started again in the meantime gets its stop timeout.
    const auto permit = base::docker::permit(docker_, name,
                                             {.what = base::docker::Disruption::kReplace,
                                              .stop_timeout = settings_.stop_timeout,
                                              .along = names()},
                                             deadline);
    if (!permit) return std::unexpected(permit.error());
    if (permit->grace() > base::Duration::zero()) {
      if (auto stopped = docker_.stop(*permit, deadline); !stopped)
        return base::wrap(stopped.error(), "{}", name);
    }
    // Keeps the unnamed volumes, which the new container gets.
    if (auto removed = docker_.remove(permit->id(), deadline); !removed)
      return base::wrap(removed.error(), "{}", name);
    return {};
  }

  Result<> make_anew(const std::string& name, Deadline deadline) {
    const auto kept_text = base::read_file(kept_file(name));
    if (!kept_text) return std::unexpected(kept_text.error());
    const auto kept = base::parse_json(*kept_text);
    if (!kept || !kept->is_object()) return fail("{} cannot be read", kept_file(name));
    const auto made = docker_.create(name, text(*kept, "create"), deadline);
    if (!made) return std::unexpected(made.error());
    for (const Json& network : kept->value("connect", Json::array())) {
      if (!network.is_array() || network.size() != 2) return fail("{} cannot be read", kept_file(name));
      if (auto connected =
              docker_.connect(network[0].get<std::string>(), network[1].get<std::string>(), deadline);
          !connected) {
        return connected;
      }
    }
    std::error_code error;
    std::filesystem::remove(kept_file(name), error);
    return {};
  }

  PlainSettings settings_;
  const base::docker::Engine& docker_;
  base::Duration beyond_plan_{};
};

}  // namespace

std::unique_ptr<Stack> plain_stack(PlainSettings settings, const base::docker::Engine& docker) {
  return std::make_unique<PlainStack>(std::move(settings), docker);
}

}  // namespace healer::rebuild
