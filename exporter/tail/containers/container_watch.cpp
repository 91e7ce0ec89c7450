#include "exporter/tail/containers/container_watch.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/os/wake_up.h"
#include "base/text/json.h"

namespace exporter::tail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The interval of listings. Events make changes known quickly; listings correct missed events.
constexpr auto kListInterval = seconds(30);
constexpr auto kBetweenLists = milliseconds(50);
constexpr auto kAnswer = seconds(10);
constexpr auto kFirstPause = milliseconds(250);
constexpr auto kLongestPause = seconds(5);
constexpr std::array<std::string_view, 5> kActions{"create", "start", "die", "destroy", "rename"};

}  // namespace

ContainerWatch::ContainerWatch(const std::string& docker_host, const base::Clock& clock)
    : engine_(docker_host),
      clock_(clock),
      events_([this](const std::stop_token& stop) { follow_events(stop); }),
      lister_([this](const std::stop_token& stop) { list_on_demand(stop); }) {}

Notices ContainerWatch::wait(base::Duration longest, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, longest, [this] { return has_notices_; });
  has_notices_ = false;
  Notices none;
  none.engine_answers = notices_.engine_answers;
  return std::exchange(notices_, std::move(none));
}

void ContainerWatch::follow_events(const std::stop_token& stop) {
  base::Duration pause = kFirstPause;
  while (!stop.stop_requested()) {
    // Errors of the stream are not logged: the failing listing is.
    const auto ended = engine_.events(
        [&] {
          std::lock_guard lock(mutex_);
          list_wanted_ = true;
          changed_.notify_all();
          pause = kFirstPause;
        },
        [this](const base::docker::Event& event) { on_event(event); }, stop, clock_);
    {
      std::lock_guard lock(mutex_);
      list_wanted_ = true;
    }
    changed_.notify_all();
    base::pause(pause, stop);
    pause = std::min<base::Duration>(2 * pause, kLongestPause);
  }
}

void ContainerWatch::on_event(const base::docker::Event& event) {
  if (std::ranges::find(kActions, event.action) == kActions.end()) return;
  std::lock_guard lock(mutex_);
  if (event.action == "start") {
    notices_.started.push_back(event.id);
    started_[event.id] = event.name;
  } else {
    notices_.changed.push_back(event.id);
  }
  has_notices_ = true;
  list_wanted_ = true;
  changed_.notify_all();
}

void ContainerWatch::list_on_demand(const std::stop_token& stop) {
  base::Duration pause = kFirstPause;
  while (!stop.stop_requested()) {
    const bool listed = list();
    if (listed) {
      pause = kFirstPause;
      base::pause(kBetweenLists, stop);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kListInterval, [this] { return list_wanted_; });
    } else {
      base::pause(pause, stop);
      pause = std::min<base::Duration>(2 * pause, kLongestPause);
    }
  }
}

base::Result<std::optional<ContainerWatch::Fixed>> ContainerWatch::inspect(const std::string& id,
                                                                           base::Deadline deadline) const {
  const auto container = engine_.inspect(id, deadline);
  if (!container) return std::unexpected(container.error());
  if (!*container) return std::nullopt;
  Fixed fixed{.tty = (*container)->tty, .log_driver = (*container)->log_driver};
  if (fixed.log_driver != "json-file") return fixed;
  const auto document = engine_.inspect_document(id, deadline);
  if (!document) return std::unexpected(document.error());
  if (!*document) return std::nullopt;
  const auto* compress = base::at_pointer(**document, "/HostConfig/LogConfig/Config/compress");
  fixed.log_compressed = compress != nullptr && *compress == "true";
  return fixed;
}

bool ContainerWatch::list() {
  std::map<std::string, std::string> started;
  {
    std::lock_guard lock(mutex_);
    list_wanted_ = false;
    started = std::exchange(started_, {});
  }
  const auto deadline = base::Deadline::after(clock_, kAnswer);
  const auto listed = engine_.list(deadline);
  if (!listed) {
    std::lock_guard lock(mutex_);
    if (std::exchange(notices_.engine_answers, false)) {
      base::log::warn("failed to list containers; their logs are not followed",
                      {{"error", listed.error().message}});
    }
    started_.merge(started);
    has_notices_ = true;
    changed_.notify_all();
    return false;
  }

  std::map<std::string, Fixed> known;
  std::vector<SeenContainer> containers;
  bool complete = true;
  std::map<std::string, std::string> undecided;
  for (const auto& each : *listed) {
    const auto before = known_.find(each.id);
    Fixed fixed;
    if (before != known_.end()) {
      fixed = before->second;
    } else {
      const auto inspected = inspect(each.id, deadline);
      if (!inspected) {
        complete = false;  // one that hangs is tried again; the others do not wait for it
        if (auto node = started.extract(each.id)) undecided.insert(std::move(node));
        continue;
      }
      if (!*inspected) continue;  // removed since the listing: missed if it was started
      fixed = **inspected;
    }
    started.erase(each.id);
    containers.push_back({.id = each.id,
                          .name = each.name,
                          .tty = fixed.tty,
                          .log_driver = fixed.log_driver,
                          .log_compressed = fixed.log_compressed,
                          .running = each.state == "running",
                          .ever_started = each.state != "created",
                          .created = each.created});
    known.emplace(each.id, std::move(fixed));
  }
  std::erase_if(started, [&](const auto& entry) { return known_.contains(entry.first); });
  known_ = std::move(known);

  std::lock_guard lock(mutex_);
  for (auto& [id, name] : started) notices_.missed.push_back(std::move(name));
  started_.merge(undecided);
  // The event of a start after the listing may have been taken before this.
  for (auto& container : containers) container.ever_started |= started_.contains(container.id);
  if (!std::exchange(notices_.engine_answers, true)) base::log::info("containers can be listed again");
  notices_.containers = std::move(containers);
  notices_.complete = complete;
  has_notices_ = true;
  changed_.notify_all();
  return complete;
}

}  // namespace exporter::tail
