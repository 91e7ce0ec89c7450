#include "healer/actions/containers/container_rollback.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/docker/permit.h"
#include "base/docker/recreate.h"
#include "base/text/duration.h"
#include "base/text/utf8.h"
#include "healer/actions/containers/stop_timeout.h"
#include "healer/actions/table.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

using base::Deadline;
using base::fail;
using base::Result;
using base::docker::Permit;
using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kLabel = "salus.rollback_of";
// For inspecting, renaming and creating, and for undoing these.
constexpr base::Duration kToSwap = 10s;
constexpr base::Duration kLookEvery = 200ms;

struct Settings {
  std::string image;
  std::string tag;
  StopTimeout stop_timeout;
  base::Duration healthy_within{};
  base::Duration settle{};
};

std::string old_name(const std::string& name) { return name + ".salus-old"; }

// registry:5000/group/app:1.2 → registry:5000/group/app; also of a digest.
std::string repository(std::string image) {
  image = image.substr(0, image.find('@'));
  const auto colon = image.rfind(':');
  const auto slash = image.rfind('/');
  if (colon != std::string::npos && (slash == std::string::npos || colon > slash)) image.resize(colon);
  return image;
}

bool is_tag(std::string_view tag) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !tag.empty() && tag.size() <= 128 && kFirst.find(tag.front()) != kFirst.npos &&
         std::ranges::all_of(tag,
                             [&](char c) { return kFirst.find(c) != kFirst.npos || c == '.' || c == '-'; });
}

std::string text(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What a rollback goes back to.
struct Previous {
  std::string id;
  std::string name;  // for the configuration of the new container: a name, or the id
};

// The id in the label of a container that a rollback created.
std::string rolled_back_from(const Json& container) {
  return text(container.value("Config", Json::object()).value("Labels", Json::object()), kLabel);
}

bool never_started(const Json& container) {
  return text(container.value("State", Json::object()), "Status") == "created";
}

class Rollback {
 public:
  Rollback(const Settings& settings, const base::docker::Engine& docker, std::string name, Deadline deadline)
      : settings_(settings), docker_(docker), name_(std::move(name)), deadline_(deadline) {}

  Result<Outcome> run() {
    auto current = docker_.inspect_document(name_, deadline_);
    if (!current) return std::unexpected(current.error());
    auto old = docker_.inspect_document(old_name(name_), deadline_);
    if (!old) return std::unexpected(old.error());
    if (!*current && !*old) return fail("there is no container {}", name_);
    if (*current && *old && rolled_back_from(**current) == text(**old, "Id") && never_started(**current)) {
      // It may not be in all its networks yet, so it is created again.
      if (auto removed = docker_.remove(text(**current, "Id"), deadline_); !removed) {
        return std::unexpected(removed.error());
      }
      current->reset();
    }
    if (*current && *old) {
      if (rolled_back_from(**current) != text(**old, "Id")) {
        return fail("container {} exists already and does not belong to this rollback", old_name(name_));
      }
      return judge(**old);
    }
    const Json& source = *current ? **current : **old;
    auto image = previous(source);
    if (!image) return std::unexpected(image.error());
    if (*current && image->id == text(source, "Image")) {
      if (rolled_back_from(source).empty()) return fail("{} already runs {}", name_, image->id);
      return Outcome{fmt::format("container {} was already rolled back to {}", name_, image->id)};
    }
    auto its_image = docker_.image_document(text(source, "Image"), deadline_);
    if (!its_image) return std::unexpected(its_image.error());
    auto like = base::docker::recreate(source, its_image->value_or(Json::object()),
                                       {name_, image->name, {kLabel, text(source, "Id")}});
    if (!like) return base::wrap(like.error(), "container {}", name_);
    std::optional<Permit> permit;
    if (*current) {
      auto allowed = permit_to_stop(text(source, "Id"), base::docker::Disruption::kReplace);
      if (!allowed) return std::unexpected(allowed.error());
      permit = std::move(*allowed);
    }
    if (auto made = swap(source, permit, *like); !made) return undo(made.error());
    return judge(source);
  }

 private:
  // The image to roll back to.
  Result<Previous> previous(const Json& container) const {
    if (!settings_.image.empty()) {
      const auto image = docker_.image_document(settings_.image, deadline_);
      if (!image) return std::unexpected(image.error());
      if (!*image) return fail("the engine has no image {}", settings_.image);
      return Previous{text(**image, "Id"), settings_.image};
    }
    const std::string now = text(container, "Image");
    const std::string of = repository(text(container.value("Config", Json::object()), "Image"));
    if (!settings_.tag.empty()) {
      const std::string tagged = of + ":" + settings_.tag;
      const auto image = docker_.image_document(tagged, deadline_);
      if (!image) return std::unexpected(image.error());
      if (*image) return Previous{text(**image, "Id"), tagged};
    }
    const auto images = docker_.images(deadline_);
    if (!images) return std::unexpected(images.error());
    std::vector<std::string> former;
    for (const base::docker::Image& image : *images) {
      const bool same = std::ranges::any_of(
          image.digests, [&](const std::string& digest) { return repository(digest) == of; });
      if (same && image.tags.empty() && image.id != now) former.push_back(image.id);
    }
    if (former.size() == 1) return Previous{former.front(), former.front()};
    return fail("{}: the engine has {} previous images of {}: set `image`, or tag the one to return to",
                name_, former.empty() ? "no" : "several", of);
  }

  // Extends the deadline by the container's own stop timeout.
  Result<Permit> permit_to_stop(const std::string& id, base::docker::Disruption what) {
    auto permit = base::docker::permit(
        docker_, id, {.what = what, .stop_timeout = settings_.stop_timeout.asked}, deadline_);
    if (permit) deadline_ = deadline_.extended(permit->beyond(settings_.stop_timeout.planned()));
    return permit;
  }

  // `permit`: of a container that still has its name.
  Result<> swap(const Json& source, const std::optional<Permit>& permit,
                const base::docker::Recreation& like) {
    const std::string id = text(source, "Id");
    if (permit) {
      if (auto stopped = docker_.stop(*permit, deadline_); !stopped) return stopped;
      if (auto renamed = docker_.rename(id, old_name(name_), deadline_); !renamed) return renamed;
    }
    const auto made = docker_.create(name_, like.create, deadline_);
    if (!made) return std::unexpected(made.error());
    for (const auto& [network, config] : like.connect) {
      if (auto connected = docker_.connect(network, config, deadline_); !connected) return connected;
    }
    return {};
  }

  // Starts the new container and checks it. Keeps it, or restores the old one.
  Result<Outcome> judge(const Json& old) {
    if (auto started = docker_.start(name_, deadline_); !started) return undo(started.error());
    if (auto good = becomes_good(); !good) return undo(good.error());
    const auto now = docker_.inspect(name_, deadline_);
    if (!now) return std::unexpected(now.error());
    if (auto removed = docker_.remove(text(old, "Id"), deadline_); !removed) {
      return base::wrap(removed.error(), "the new container is healthy, but {} was not removed",
                        old_name(name_));
    }
    return Outcome{.detail = fmt::format("container {} runs image {}; its previous image was {} ({})", name_,
                                         *now ? (*now)->image_id : "", text(old, "Image"),
                                         text(old.value("Config", Json::object()), "Image")),
                   .undo = back_to(text(old, "Image"))};
  }

  // With the same timeouts as this rollback.
  Undo back_to(const std::string& image) const {
    Json parameters{{"image", image},
                    {"healthy_within", base::format_duration(settings_.healthy_within)},
                    {"settle", base::format_duration(settings_.settle)}};
    if (const auto& asked = settings_.stop_timeout.asked)
      parameters["stop_timeout"] = base::format_duration(*asked);
    return make_undo(info("container_rollback").undone_by, parameters);
  }

  Result<> becomes_good() {
    const Deadline healthy = deadline_.within(settings_.healthy_within);
    const Deadline settled = deadline_.within(settings_.settle);
    std::int64_t restarts = -1;
    for (;;) {
      const auto container = docker_.inspect(name_, deadline_);
      if (!container) return std::unexpected(container.error());
      if (!*container) return fail("it no longer exists");
      if (restarts < 0) restarts = (*container)->restart_count;
      if (!(*container)->running || (*container)->restart_count != restarts) {
        return fail("it exited with code {}", (*container)->exit_code);
      }
      if ((*container)->health == "healthy") return {};
      if ((*container)->health == "unhealthy") return fail("it is unhealthy");
      if ((*container)->health == "none" && settled.passed()) return {};
      if (healthy.passed()) return fail("it did not become healthy in time");
      std::this_thread::sleep_for(kLookEvery);
    }
  }

  // A step that is already done succeeds.
  std::unexpected<base::Error> undo(const base::Error& why) {
    deadline_ = deadline_.extended(kToSwap);
    const auto old = docker_.inspect_document(old_name(name_), deadline_);
    if (!old) return worse(why, old.error());
    if (*old) {
      if (auto removed = remove_new(); !removed) return worse(why, removed.error());
      if (auto named = docker_.rename(old_name(name_), name_, deadline_); !named)
        return worse(why, named.error());
    }
    if (auto started = docker_.start(name_, deadline_); !started) return worse(why, started.error());
    return fail("rollback of container {} failed: {}; the old container runs again", name_, why.message);
  }

  // An unhealthy container, too, gets its stop timeout.
  Result<> remove_new() {
    const auto made = docker_.inspect(name_, deadline_);
    if (!made) return std::unexpected(made.error());
    if (!*made) return {};
    const auto permit = permit_to_stop((*made)->id, base::docker::Disruption::kStop);
    if (!permit) return std::unexpected(permit.error());
    deadline_ = deadline_.extended(permit->grace());
    if (auto stopped = docker_.stop(*permit, deadline_); !stopped) return stopped;
    return docker_.remove(permit->id(), deadline_);
  }

  std::unexpected<base::Error> worse(const base::Error& why, const base::Error& undoing) {
    return fail("rollback of container {} failed: {}; the old container could not be restored: {}", name_,
                why.message, undoing.message);
  }

  const Settings& settings_;
  const base::docker::Engine& docker_;
  std::string name_;
  Deadline deadline_;
};

class ContainerRollback final : public Action {
 public:
  ContainerRollback(Settings settings, const World& world) : settings_(std::move(settings)), world_(world) {}

  std::string describe(const Target& target) const override {
    return fmt::format(
        "recreate container {} from {} with the same configuration; the old container is restored unless the "
        "new one becomes healthy",
        target.name, goal());
  }

  base::Duration shortest_timeout() const override {
    return settings_.stop_timeout.planned() + std::max(settings_.healthy_within, settings_.settle) +
           2 * kToSwap;
  }

  Result<Outcome> run(const Target& target, Deadline deadline) override {
    // Restoring the old container must fit into the deadline, too.
    const base::Duration usable = std::max(base::Duration::zero(), deadline.remaining() - kToSwap);
    return Rollback(settings_, world_.docker, target.name, deadline.within(usable)).run();
  }

 private:
  std::string goal() const {
    if (!settings_.image.empty()) return "image " + settings_.image;
    return settings_.tag.empty() ? "its previous image"
                                 : "its image tagged " + settings_.tag + ", or its previous image";
  }

  Settings settings_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_container_rollback(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"image", "tag", "stop_timeout", "healthy_within", "settle"});
  Settings settings;
  settings.image = parameters.optional("image").string();
  const auto tag = parameters.optional("tag");
  settings.tag = tag.string();
  if (tag.present() && parameters.optional("image").present()) tag.problem("has no effect beside image");
  if (tag.is_scalar() && !is_tag(settings.tag)) {
    tag.problem(fmt::format("\"{}\" is not an image's tag ([a-zA-Z0-9_][a-zA-Z0-9_.-]*)",
                            base::excerpt(settings.tag)));
  }
  settings.stop_timeout = read_stop_timeout(parameters);
  settings.healthy_within = parameters.optional("healthy_within").duration(30s, 100ms, 50min);
  settings.settle = parameters.optional("settle").duration(5s, 0s, 50min);
  return std::make_unique<ContainerRollback>(std::move(settings), world);
}

}  // namespace healer::actions
