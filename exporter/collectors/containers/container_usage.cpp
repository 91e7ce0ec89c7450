#include "exporter/collectors/containers/container_usage.h"

#include <set>
#include <utility>

#include "base/text/exposition.h"

namespace exporter::collectors {
namespace {

constexpr Family kCpu{"salus_container_cpu_seconds_total", kCounter, "container",
                      "CPU time the container has used since it was started."};
constexpr Family kWorkingSet{"salus_container_memory_working_set_bytes", kGauge, "container",
                             "Memory the container uses, without file pages the kernel could drop at once."};

}  // namespace

std::vector<Family> container_usage_families() { return {kCpu, kWorkingSet}; }

ContainerUsageCollector::ContainerUsageCollector(CgroupRoots roots, std::unique_ptr<Engine> engine,
                                                 const Shared& shared)
    : roots_(std::move(roots)), engine_(std::move(engine)), shared_(shared) {}

base::Result<std::vector<prometheus::MetricFamily>> ContainerUsageCollector::collect(
    base::Deadline deadline) {
  const auto table = shared_.containers.newest(shared_.clock, deadline.within(std::chrono::seconds(1)));
  if (!table) return base::fail("no recent container list from the containers collector");

  auto cpu = open_family(kCpu);
  auto working_set = open_family(kWorkingSet);
  std::set<std::string_view> done;
  for (const auto& container : table->containers) {
    if (!container.running || !done.insert(container.name).second) continue;
    const auto usage = read(container, deadline);
    if (!usage) continue;
    base::add_sample(cpu, {{"container", container.name}}, usage->cpu_seconds);
    base::add_sample(working_set, {{"container", container.name}},
                     static_cast<double>(usage->working_set_bytes));
  }
  std::vector<prometheus::MetricFamily> families;
  families.push_back(std::move(cpu));
  families.push_back(std::move(working_set));
  return families;
}

std::optional<Usage> ContainerUsageCollector::read(const base::docker::Container& container,
                                                   base::Deadline deadline) const {
  if (auto usage = read_cgroup(roots_, container.pid, container.id)) return usage;
  if (deadline.passed()) return std::nullopt;
  // A share of the remaining time, so that a container that hangs leaves time for the next.
  const auto stats = engine_->stats(container.id, deadline.within(deadline.remaining() / 3));
  if (!stats || !*stats) return std::nullopt;
  const auto& [cpu_ns, used, droppable, limit] = **stats;
  return Usage{static_cast<double>(cpu_ns) / 1e9, used > droppable ? used - droppable : 0};
}

CollectorFactory read_container_usage(const base::yaml::Node& node,
                                      const CollectorContext& collector_context) {
  using std::chrono::seconds;
  node.only({"interval", "timeout", "procfs", "cgroupfs"});
  const CgroupRoots roots{.procfs = node.optional("procfs").string("/proc"),
                          .cgroup = node.optional("cgroupfs").string("/sys/fs/cgroup")};
  return {"container_usage", read_timing(node, {.interval = seconds(10), .timeout = seconds(5)}),
          [roots, host = collector_context.docker_host](const Shared& shared, const std::function<void()>&) {
            return std::make_unique<ContainerUsageCollector>(roots, std::make_unique<DockerEngine>(host),
                                                             shared);
          }};
}

}  // namespace exporter::collectors
