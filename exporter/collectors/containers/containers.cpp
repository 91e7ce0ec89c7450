#include "exporter/collectors/containers/containers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"
#include "exporter/collectors/containers/container_events.h"

namespace exporter::collectors {
namespace {

constexpr Family kExpected{"salus_container_expected", kGauge, "container",
                           "1 for every container that subsystems.yml declares, present or not."};
constexpr Family kRunning{"salus_container_running", kGauge, "container",
                          "1 while the container runs, 0 when it does not or does not exist."};
constexpr Family kState{
    "salus_container_state", kGauge, "container, state",
    "1 for the state the container is in, 0 for the others; all 0 when it does not exist."};
constexpr Family kHealth{"salus_container_health", kGauge, "container, health",
                         "1 for the result of the container's health check, 0 for the others; \"none\" if it "
                         "has no health check."};
constexpr Family kRestarts{"salus_container_restarts_total", kCounter, "container",
                           "Starts of the container after its first, by its restart policy or on request."};
constexpr Family kExitCode{"salus_container_exit_code", kGauge, "container",
                           "Exit code of the container's last run; absent while it runs."};
constexpr Family kOomKills{"salus_container_oom_kills_total", kCounter, "container",
                           "How often the kernel killed a process of the container because memory ran out."};
constexpr Family kStarted{"salus_container_started_timestamp_seconds", kGauge, "container",
                          "When the container was last started; absent when it never was."};
constexpr Family kMemoryLimit{"salus_container_memory_limit_bytes", kGauge, "container",
                              "The container's memory limit; absent when it has none."};
constexpr Family kInfo{"salus_container_info", kGauge, "container, image, id",
                       "Always 1; the image the container was made from and its id."};
constexpr Family kImageInfo{"salus_container_image_info", kGauge, "container, image_id",
                            "Always 1; the id of the image that the container was created from."};
constexpr Family kReadSuccess{
    "salus_container_read_success", kGauge, "container",
    "1 when the engine returned the container's details, 0 when only its state from the list is known; the "
    "last known details are then shown for three intervals."};

// The engine computes the size of every image that it lists, which is expensive.
constexpr base::Duration kImagesEvery = std::chrono::minutes(1);

constexpr std::array<std::string_view, 7> kStates{"created",  "running", "paused", "restarting",
                                                  "removing", "exited",  "dead"};
constexpr std::array<std::string_view, 4> kHealths{"none", "starting", "healthy", "unhealthy"};

Seen from_list(const base::docker::Summary& summary) {
  Seen seen{.container = {}, .from = Seen::From::kList};
  seen.container.id = summary.id;
  seen.container.name = summary.name;
  seen.container.image = summary.image;
  seen.container.state = summary.state;
  seen.container.running = summary.state == "running";
  return seen;
}

// The collector and the thread that follows the engine's events.
class FollowingCollector final : public Collector {
 public:
  FollowingCollector(ContainersCollector::Options options, const std::string& host, const Shared& shared,
                     std::function<void()> run_soon)
      : collector_(std::move(options), std::make_unique<DockerEngine>(host), shared),
        events_(host, shared.counters, std::move(run_soon), shared.clock) {}
  std::string_view name() const override { return collector_.name(); }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override {
    return collector_.collect(deadline);
  }

 private:
  ContainersCollector collector_;
  ContainerEvents events_;
};

}  // namespace

std::vector<Family> container_families() {
  return {kExpected,
          kRunning,
          kState,
          kHealth,
          kRestarts,
          kExitCode,
          kOomKills,
          kStarted,
          kMemoryLimit,
          kInfo,
          kImageInfo,
          kReadSuccess,
          container_env_family(),
          container_image_family()};
}

std::vector<prometheus::MetricFamily> container_metrics(const std::vector<Seen>& seen,
                                                        const std::vector<std::string>& declared,
                                                        const ContainerCounters& counters) {
  auto expected = open_family(kExpected);
  auto running = open_family(kRunning);
  auto state = open_family(kState);
  auto health = open_family(kHealth);
  auto restarts = open_family(kRestarts);
  auto exit_code = open_family(kExitCode);
  auto oom_kills = open_family(kOomKills);
  auto started = open_family(kStarted);
  auto memory_limit = open_family(kMemoryLimit);
  auto info = open_family(kInfo);
  auto image_info = open_family(kImageInfo);
  auto read_success = open_family(kReadSuccess);

  const auto add_state = [&](const std::string& name, std::string_view current) {
    base::add_sample(running, {{"container", name}}, current == "running" ? 1 : 0);
    for (const auto each : kStates) {
      base::add_sample(state, {{"container", name}, {"state", each}}, each == current ? 1 : 0);
    }
  };
  const auto add_health = [&](const std::string& name, std::string_view current) {
    for (const auto each : kHealths) {
      base::add_sample(health, {{"container", name}, {"health", each}}, each == current ? 1 : 0);
    }
  };
  const auto add_counts = [&](const std::string& name) {
    const auto counts = counters.of(name);
    base::add_sample(restarts, {{"container", name}}, static_cast<double>(counts.restarts));
    base::add_sample(oom_kills, {{"container", name}}, static_cast<double>(counts.oom_kills));
  };

  std::set<std::string_view> present;
  for (const Seen& each : seen) {
    const auto& container = each.container;
    const std::string& name = container.name;
    // Two containers cannot have the same name, but one may take over a name while they are inspected.
    if (!present.insert(name).second) continue;
    add_state(name, container.state);
    add_counts(name);
    base::add_sample(read_success, {{"container", name}}, each.from == Seen::From::kInspection ? 1 : 0);
    base::add_sample(info, {{"container", name}, {"image", container.image}, {"id", container.id}}, 1);
    if (!each.known()) continue;
    add_health(name, container.health);
    if (!container.image_id.empty()) {
      base::add_sample(image_info, {{"container", name}, {"image_id", container.image_id}}, 1);
    }
    if (container.started) {
      base::add_sample(started, {{"container", name}}, base::unix_seconds(*container.started));
    }
    if (container.finished && !container.running && container.state != "paused") {
      base::add_sample(exit_code, {{"container", name}}, container.exit_code);
    }
    if (container.memory_limit > 0) {
      base::add_sample(memory_limit, {{"container", name}}, static_cast<double>(container.memory_limit));
    }
  }
  for (const std::string& name : declared) {
    base::add_sample(expected, {{"container", name}}, 1);
    if (present.contains(name)) continue;
    add_state(name, "");
    add_health(name, "");
    add_counts(name);
  }

  return take_families({&expected, &running, &state, &health, &restarts, &exit_code, &oom_kills, &started,
                        &memory_limit, &info, &image_info, &read_success});
}

ContainersCollector::ContainersCollector(Options options, std::unique_ptr<Engine> engine,
                                         const Shared& shared)
    : options_(std::move(options)), engine_(std::move(engine)), shared_(shared), known_(options_.holds) {}

base::Result<std::vector<prometheus::MetricFamily>> ContainersCollector::collect(base::Deadline deadline) {
  const auto began = shared_.clock.now().mono;
  auto seen = look(deadline);
  if (!seen) return std::unexpected(seen.error());

  ContainerTable table{.containers = {}, .seen = began, .holds = options_.holds};
  for (const Seen& each : *seen) table.containers.push_back(each.container);
  shared_.counters.look(table.containers, {options_.declared.begin(), options_.declared.end()});
  shared_.containers.publish(std::move(table));
  auto families = container_metrics(*seen, options_.declared, shared_.counters);
  families.push_back(environment(*seen));
  families.push_back(images(*seen, deadline));
  return families;
}

prometheus::MetricFamily ContainersCollector::environment(const std::vector<Seen>& seen) const {
  std::vector<const base::docker::Container*> inspected;
  std::vector<std::string_view> unknown;
  for (const auto& each : seen) {
    if (each.known()) {
      inspected.push_back(&each.container);
    } else {
      unknown.push_back(each.container.name);
    }
  }
  return container_env_metric(options_.env, inspected, unknown);
}

prometheus::MetricFamily ContainersCollector::images(const std::vector<Seen>& seen, base::Deadline deadline) {
  const auto now = shared_.clock.now().mono;
  if (!images_asked_ || now - *images_asked_ >= kImagesEvery) {
    // Only a share of the time: the facts about the containers are more important.
    auto images = engine_->images(deadline.within(deadline.remaining() / 3));
    if (!images) base::log::debug("failed to list images", {{"error", images.error().message}});
    images_ = images ? std::move(*images) : std::vector<base::docker::Image>();
    images_asked_ = now;
  }
  std::vector<const base::docker::Container*> inspected;
  for (const auto& each : seen) {
    if (each.known()) inspected.push_back(&each.container);
  }
  return container_image_metric(inspected, images_);
}

base::Result<std::vector<Seen>> ContainersCollector::look(base::Deadline deadline) {
  auto list = engine_->list(deadline);
  if (!list) return base::wrap(list.error(), "list containers");
  if (!options_.all) {
    std::erase_if(*list, [&](const auto& summary) {
      return std::ranges::find(options_.declared, summary.name) == options_.declared.end();
    });
  }
  // A container that hangs must not use up the time of the others.
  std::ranges::stable_partition(*list, [&](const auto& summary) { return !slow_.contains(summary.id); });

  std::vector<Seen> seen;
  std::set<std::string> slow;
  std::string error;
  for (const auto& summary : *list) {
    // A share of the remaining time, so that some time remains for the next, however many hang.
    const auto share = std::min<base::Duration>(options_.inspect_timeout, deadline.remaining() / 3);
    const auto start = shared_.clock.now().mono;
    auto container = engine_->inspect(summary.id, deadline.within(share));
    const auto now = shared_.clock.now().mono;
    shared_.checks.put_container(summary.name, {now - start, now, options_.holds});
    if (!container) {
      slow.insert(summary.id);
      seen.push_back(without_answer(summary));
      error = container.error().message;
    } else if (*container) {  // else it has disappeared since the listing
      known_.saw(summary.id, **container, shared_.clock.now().mono);
      seen.push_back({std::move(**container)});
    }
  }
  std::set<std::string> ids;
  for (const auto& summary : *list) ids.insert(summary.id);
  known_.keep(ids);
  const bool none = !seen.empty() && slow.size() == seen.size();
  slow_ = std::move(slow);
  if (none) return base::fail("inspect containers: {}", error);
  return seen;
}

Seen ContainersCollector::without_answer(const base::docker::Summary& summary) const {
  const auto* known = known_.of(summary.id, shared_.clock.now().mono);
  if (known == nullptr || known->state != summary.state) return from_list(summary);
  Seen seen{.container = *known, .from = Seen::From::kMemory};
  seen.container.name = summary.name;
  return seen;
}

CollectorFactory read_containers(const base::yaml::Node& node, const CollectorContext& collector_context) {
  using std::chrono::seconds;
  node.only({"interval", "timeout", "all", "env"});
  const Timing timing = read_timing(
      node, {.interval = seconds(5), .timeout = seconds(3), .trigger_gap = std::chrono::milliseconds(100)});
  ContainersCollector::Options options;
  options.declared = collector_context.inventory.containers();
  options.env = read_required_env(node.optional("env"), collector_context.inventory);
  options.all = node.optional("all").boolean(true);
  options.holds = 3 * timing.interval;
  return {
      "containers", timing,
      [options, host = collector_context.docker_host](const Shared& shared, std::function<void()> run_soon) {
        return std::make_unique<FollowingCollector>(options, host, shared, std::move(run_soon));
      }};
}

}  // namespace exporter::collectors
