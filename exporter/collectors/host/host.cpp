#include "exporter/collectors/host/host.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/os/file.h"
#include "base/text/exposition.h"
#include "exporter/collectors/host/procfs.h"

namespace exporter::collectors {
namespace {

constexpr Family kCpu{"salus_host_cpu_seconds_total", kCounter, "mode",
                      "Time that all CPUs together have spent in each mode."};
constexpr Family kMemoryTotal{"salus_host_memory_total_bytes", kGauge, "", "Memory the machine has."};
constexpr Family kMemoryAvailable{"salus_host_memory_available_bytes", kGauge, "",
                                  "Memory that programs could still get without swapping."};
constexpr Family kFilesystemSize{"salus_host_filesystem_size_bytes", kGauge, "mountpoint",
                                 "Size of the file system."};
constexpr Family kFilesystemAvail{"salus_host_filesystem_avail_bytes", kGauge, "mountpoint",
                                  "Space of the file system that is available to users other than root."};
constexpr Family kFilesystemReadSuccess{"salus_host_filesystem_read_success", kGauge, "mountpoint",
                                        "1 when the last read of the file system succeeded, 0 when it hangs "
                                        "or fails; its last known space is then shown for three intervals."};
constexpr Family kLoad1{"salus_host_load1", kGauge, "",
                        "Mean number of tasks that ran or waited, over a minute."};
constexpr Family kConnections{"salus_host_connections", kGauge, "protocol, state",
                              "Sockets by protocol and state, of IPv4 and IPv6 together."};
constexpr Family kPressure{"salus_host_pressure_seconds_total", kCounter, "resource, kind",
                           "Time that some or all (full) tasks waited for the resource; absent where the "
                           "kernel does not report it."};
constexpr Family kFdsOpen{"salus_host_file_descriptors_open", kGauge, "", "Open files of the whole machine."};
constexpr Family kFdsMax{"salus_host_file_descriptors_max", kGauge, "",
                         "How many open files the kernel allows."};

// File systems without data that could run out of space.
constexpr std::array<std::string_view, 27> kWithoutData{
    "autofs",   "binfmt_misc", "bpf",      "cgroup",  "cgroup2",    "configfs",   "debugfs",
    "devpts",   "devtmpfs",    "efivarfs", "fusectl", "hugetlbfs",  "iso9660",    "mqueue",
    "nsfs",     "proc",        "pstore",   "ramfs",   "rpc_pipefs", "securityfs", "selinuxfs",
    "squashfs", "sysfs",       "tracefs",  "tmpfs",   "fuse.lxcfs", "fuse.portal"};

// A table of 100,000 connections has 15 MB; reading more would take too long.
constexpr std::size_t kMaxTcpTable = 16 * 1024 * 1024;

prometheus::MetricFamily single(const Family& family, double value) {
  auto opened = open_family(family);
  base::add_sample(opened, {}, value);
  return opened;
}

}  // namespace

std::vector<Family> host_families() {
  return {kCpu,   kMemoryTotal, kMemoryAvailable, kFilesystemSize, kFilesystemAvail, kFilesystemReadSuccess,
          kLoad1, kConnections, kPressure,        kFdsOpen,        kFdsMax};
}

bool holds_data(std::string_view mountpoint, std::string_view type) {
  if (mountpoint == "/") return true;
  if (type == "overlay" || std::ranges::find(kWithoutData, type) != kWithoutData.end()) return false;
  for (const std::string_view prefix : {"/dev/", "/proc/", "/run/", "/sys/", "/var/lib/docker/"}) {
    if (mountpoint.starts_with(prefix)) return false;
  }
  return true;
}

HostCollector::HostCollector(Options options, const base::Clock& clock, MountSpaces::Ask ask)
    : options_(std::move(options)), clock_(clock), spaces_(std::move(ask)), known_(options_.holds) {}

base::Result<std::vector<prometheus::MetricFamily>> HostCollector::collect(base::Deadline deadline) {
  const auto stat = read("stat");
  if (!stat) return std::unexpected(stat.error());
  std::vector<prometheus::MetricFamily> families;
  auto cpu = open_family(kCpu);
  for (const auto& [mode, seconds] : parse_cpu(*stat, options_.ticks_per_second)) {
    base::add_sample(cpu, {{"mode", std::string(mode)}}, seconds);
  }
  families.push_back(std::move(cpu));
  add_memory_and_load(families);
  add_connections(families);
  add_pressure(families);
  add_file_descriptors(families);
  add_filesystems(families, deadline);
  return families;
}

base::Result<std::string> HostCollector::read(std::string_view file) const {
  return base::read_file(options_.procfs + "/" + std::string(file), kMaxTcpTable);
}

void HostCollector::add_memory_and_load(std::vector<prometheus::MetricFamily>& families) const {
  const auto meminfo = read("meminfo");
  if (const auto memory = meminfo ? parse_memory(*meminfo) : std::nullopt) {
    families.push_back(single(kMemoryTotal, static_cast<double>(memory->total)));
    families.push_back(single(kMemoryAvailable, static_cast<double>(memory->available)));
  }
  const auto loadavg = read("loadavg");
  if (const auto load = loadavg ? parse_load1(*loadavg) : std::nullopt)
    families.push_back(single(kLoad1, *load));
}

void HostCollector::add_connections(std::vector<prometheus::MetricFamily>& families) const {
  auto connections = open_family(kConnections);
  std::map<std::string_view, std::uint64_t> by_state;
  for (const auto state : tcp_states()) by_state[state] = 0;
  bool known = false;
  for (const std::string_view file : {"net/tcp", "net/tcp6"}) {
    const auto table = read(file);
    if (table) count_tcp(*table, by_state);
    known = known || table;
  }
  if (known) {
    for (const auto& [state, count] : by_state) {
      base::add_sample(connections, {{"protocol", "tcp"}, {"state", std::string(state)}},
                       static_cast<double>(count));
    }
  }
  double udp = 0;
  bool udp_known = false;
  for (const auto& [file, protocol] :
       {std::pair("net/sockstat", "UDP"), std::pair("net/sockstat6", "UDP6")}) {
    const auto sockstat = read(file);
    const auto count = sockstat ? socket_count(*sockstat, protocol, "inuse") : std::nullopt;
    udp += static_cast<double>(count.value_or(0));
    udp_known = udp_known || count;
  }
  if (udp_known) base::add_sample(connections, {{"protocol", "udp"}, {"state", "open"}}, udp);
  families.push_back(std::move(connections));
}

void HostCollector::add_pressure(std::vector<prometheus::MetricFamily>& families) const {
  auto pressure = open_family(kPressure);
  for (const std::string resource : {"cpu", "io", "memory"}) {
    const auto text = read("pressure/" + resource);
    if (!text) continue;
    for (const auto& [kind, seconds] : parse_pressure(*text)) {
      base::add_sample(pressure, {{"resource", resource}, {"kind", std::string(kind)}}, seconds);
    }
  }
  families.push_back(std::move(pressure));
}

void HostCollector::add_file_descriptors(std::vector<prometheus::MetricFamily>& families) const {
  const auto file_nr = read("sys/fs/file-nr");
  const auto descriptors = file_nr ? parse_file_nr(*file_nr) : std::nullopt;
  if (!descriptors) return;
  families.push_back(single(kFdsOpen, static_cast<double>(descriptors->open)));
  families.push_back(single(kFdsMax, static_cast<double>(descriptors->max)));
}

std::vector<std::string> HostCollector::mountpoints() const {
  if (!options_.mountpoints.empty()) return options_.mountpoints;
  std::vector<std::string> found;
  const auto mountinfo = read("self/mountinfo");
  if (!mountinfo) return found;
  // A bind mount is not another file system: only the first mount point of each is used.
  std::set<std::string> devices;
  for (auto& mount : parse_mounts(*mountinfo)) {
    if (!holds_data(mount.mountpoint, mount.type) || !devices.insert(mount.device).second) continue;
    found.push_back(std::move(mount.mountpoint));
  }
  return found;
}

void HostCollector::add_filesystems(std::vector<prometheus::MetricFamily>& families,
                                    base::Deadline deadline) {
  auto size = open_family(kFilesystemSize);
  auto avail = open_family(kFilesystemAvail);
  auto read_success = open_family(kFilesystemReadSuccess);
  const auto wanted = mountpoints();
  const auto asked = clock_.now().mono;
  const auto answers = spaces_.read(wanted, deadline.within(options_.mount_timeout));
  for (const auto& [mountpoint, space] : answers) known_.saw(mountpoint, space, asked);
  known_.keep({wanted.begin(), wanted.end()});
  for (const auto& mountpoint : wanted) {
    base::add_sample(read_success, {{"mountpoint", mountpoint}}, answers.contains(mountpoint) ? 1 : 0);
    const Space* space = known_.of(mountpoint, asked);
    if (space == nullptr) continue;
    base::add_sample(size, {{"mountpoint", mountpoint}}, space->size);
    base::add_sample(avail, {{"mountpoint", mountpoint}}, space->available);
  }
  for (auto* family : {&size, &avail, &read_success}) families.push_back(std::move(*family));
}

CollectorFactory read_host(const base::yaml::Node& node, const CollectorContext&) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  node.only({"interval", "timeout", "procfs", "mountpoints", "mount_timeout"});
  const Timing timing = read_timing(node, {.interval = seconds(10), .timeout = seconds(5)});
  HostCollector::Options options;
  options.procfs = node.optional("procfs").string("/proc");
  options.mountpoints = node.optional("mountpoints").strings();
  options.mount_timeout =
      node.optional("mount_timeout").duration(milliseconds(500), milliseconds(10), timing.timeout);
  options.holds = 3 * timing.interval;
  options.ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return {"host", timing, [options](const Shared& shared, const std::function<void()>&) {
            return std::make_unique<HostCollector>(options, shared.clock);
          }};
}

}  // namespace exporter::collectors
