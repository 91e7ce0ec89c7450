#include "exporter/collectors/containers/container_events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/docker/docker.h"
#include "base/log.h"
#include "base/os/wake_up.h"

namespace exporter::collectors {
namespace {

constexpr auto kFirstPause = std::chrono::milliseconds(250);
constexpr auto kLongestPause = std::chrono::seconds(5);
constexpr std::array<std::string_view, 11> kActions{
    "create", "start", "die", "oom", "stop", "restart", "destroy", "rename", "pause", "unpause", "update"};

void follow(const std::string& host, ContainerCounters& counters, const std::function<void()>& run_soon,
            const base::Clock& clock, const std::stop_token& stop) {
  const base::docker::Engine engine(host);
  base::Duration wait = kFirstPause;
  bool said = false;
  while (!stop.stop_requested()) {
    const auto ended = engine.events(
        [&] {
          counters.connected(clock.now().wall);
          if (said) base::log::info("docker events stream connected again", {{"host", host}});
          said = false;
          wait = kFirstPause;
          run_soon();
        },
        [&](const base::docker::Event& event) {
          counters.apply(event);
          if (changes_facts(event.action)) run_soon();
        },
        stop, clock);
    // Another follower may have taken over; the counters belong to it now.
    if (stop.stop_requested()) return;
    counters.disconnected();
    if (!said) {
      base::log::warn("docker events stream ended",
                      {{"host", host}, {"error", ended ? "closed by the engine" : ended.error().message}});
      said = true;
    }
    // What broke the stream may also have changed the containers.
    run_soon();
    base::pause(wait, stop);
    wait = std::min<base::Duration>(2 * wait, kLongestPause);
  }
}

}  // namespace

bool changes_facts(std::string_view action) {
  return action.starts_with("health_status") || std::ranges::find(kActions, action) != kActions.end();
}

ContainerEvents::ContainerEvents(std::string docker_host, ContainerCounters& counters,
                                 std::function<void()> run_soon, const base::Clock& clock)
    : thread_([host = std::move(docker_host), &counters, run = std::move(run_soon),
               &clock](const std::stop_token& stop) { follow(host, counters, run, clock, stop); }) {}

}  // namespace exporter::collectors
