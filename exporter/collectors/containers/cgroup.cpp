#include "exporter/collectors/containers/cgroup.h"

#include <charconv>
#include <string_view>

#include "base/os/file.h"
#include "exporter/collectors/text.h"

namespace exporter::collectors {
namespace {

// Where the files of one controller of the process are. `controller` is empty for version 2.
struct Place {
  bool v2 = false;
  std::string folder;
};

bool has_controller(std::string_view list, std::string_view controller) {
  for (const auto each : split(list, ',')) {
    if (each == controller) return true;
  }
  return false;
}

// A line of /proc/<pid>/cgroup is hierarchy:controllers:path; version 2 has hierarchy 0 and no controllers.
std::optional<Place> find_place(const CgroupRoots& roots, std::string_view lines, std::string_view controller,
                                const std::string& id) {
  std::optional<Place> v2;
  for (const auto line : split(lines, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto path = line.substr(second + 1);
    // The process id may have been reused since the container was inspected.
    if (path.find(id) == path.npos) continue;
    if (controllers.empty()) {
      v2 = Place{true, roots.cgroup + std::string(path)};
    } else if (has_controller(controllers, controller)) {
      return Place{false, roots.cgroup + "/" + std::string(controllers) + std::string(path)};
    }
  }
  return v2;
}

std::optional<std::uint64_t> read_number(const std::string& path) {
  const auto text = base::read_file(path);
  return text ? to_number(first_word(*text)) : std::nullopt;
}

// The value behind `key` in a file of "key value" lines.
std::optional<std::uint64_t> read_keyed(const std::string& path, std::string_view key) {
  const auto text = base::read_file(path);
  if (!text) return std::nullopt;
  for (const auto line : split(*text, '\n')) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with(' ')) {
      return to_number(first_word(line.substr(key.size() + 1)));
    }
  }
  return std::nullopt;
}

std::optional<double> cpu_seconds(const Place& place) {
  const auto used = place.v2 ? read_keyed(place.folder + "/cpu.stat", "usage_usec")
                             : read_number(place.folder + "/cpuacct.usage");
  if (!used) return std::nullopt;
  return static_cast<double>(*used) / (place.v2 ? 1e6 : 1e9);
}

std::optional<std::uint64_t> working_set(const Place& place) {
  const auto used = read_number(place.folder + (place.v2 ? "/memory.current" : "/memory.usage_in_bytes"));
  const auto droppable =
      read_keyed(place.folder + "/memory.stat", place.v2 ? "inactive_file" : "total_inactive_file");
  if (!used || !droppable) return std::nullopt;
  return *used > *droppable ? *used - *droppable : 0;
}

}  // namespace

std::optional<Usage> read_cgroup(const CgroupRoots& roots, std::int64_t pid, const std::string& id) {
  if (pid <= 0) return std::nullopt;
  const auto lines = base::read_file(roots.procfs + "/" + std::to_string(pid) + "/cgroup");
  if (!lines) return std::nullopt;
  const auto cpu_place = find_place(roots, *lines, "cpuacct", id);
  const auto memory_place = find_place(roots, *lines, "memory", id);
  if (!cpu_place || !memory_place) return std::nullopt;
  const auto cpu = cpu_seconds(*cpu_place);
  const auto memory = working_set(*memory_place);
  if (!cpu || !memory) return std::nullopt;
  return Usage{*cpu, *memory};
}

}  // namespace exporter::collectors
