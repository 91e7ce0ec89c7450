#include "exporter/collectors/subsystems/subsystem_sources.h"

namespace exporter::collectors {
namespace {

// RFC 6901: empty, or parts that each begin with a slash, with ~ only in ~0 and ~1.
std::string read_pointer(const base::yaml::Node& node) {
  std::string pointer = node.string();
  bool good = pointer.empty() || pointer.starts_with('/');
  for (std::size_t at = pointer.find('~'); at != pointer.npos; at = pointer.find('~', at + 1)) {
    good = good && at + 1 < pointer.size() && (pointer[at + 1] == '0' || pointer[at + 1] == '1');
  }
  if (!good) node.problem("\"" + pointer + "\" is not a JSON pointer; expected one such as /last_cycle");
  return pointer;
}

TimeInJson read_time(const base::yaml::Node& node) {
  node.only({"pointer", "timezone"});
  TimeInJson time{.pointer = read_pointer(node.required("pointer")), .timezone = {}};
  const auto zone_node = node.optional("timezone");
  if (zone_node.present()) {
    if (auto zone = Timezone::find(zone_node.string())) {
      time.timezone = *zone;
    } else {
      zone_node.problem(zone.error().message);
    }
  }
  return time;
}

StateFile read_state_file(const base::yaml::Node& node) {
  node.only({"path", "time", "items", "calls", "errors"});
  StateFile file;
  file.path = read_path(node.required("path"));
  if (const auto time = node.optional("time"); time.present()) file.time = read_time(time);
  if (const auto items = node.optional("items"); items.present()) {
    for (const auto& [name, pointer] : items.entries()) file.items.emplace_back(name, read_pointer(pointer));
  }
  const auto calls = node.optional("calls");
  if (calls.present()) file.calls = read_pointer(calls);
  if (const auto errors = node.optional("errors"); errors.present()) {
    file.errors = read_pointer(errors);
    if (!calls.present()) errors.problem("requires calls: errors are counted as a share of calls");
  }
  return file;
}

Sources read_subsystem(const base::yaml::Node& node) {
  node.only({"state_file", "newest_file", "file_sets"});
  Sources sources;
  const auto state_file = node.optional("state_file");
  if (state_file.present()) sources.state_file = read_state_file(state_file);
  const auto newest_file = node.optional("newest_file");
  if (newest_file.present()) sources.newest_file = read_path(newest_file);
  if (state_file.present() && newest_file.present()) {
    newest_file.problem("the subsystem's time already comes from state_file");
  }
  if (const auto sets = node.optional("file_sets"); sets.present()) {
    for (const auto& [name, set] : sets.entries()) {
      std::vector<std::string> paths;
      for (const auto& path : set.items()) paths.push_back(read_path(path));
      sources.file_sets.emplace_back(name, std::move(paths));
    }
  }
  return sources;
}

}  // namespace

std::string read_path(const base::yaml::Node& node) {
  std::string path = node.non_empty_string();
  if (!path.empty() && !path.starts_with('/')) node.problem("\"" + path + "\" is not an absolute path");
  return path;
}

SourcesBySubsystem read_sources(const base::yaml::Node& node, const base::Inventory& inventory) {
  SourcesBySubsystem sources;
  if (!node.present()) return sources;
  for (const auto& [name, child] : node.entries()) {
    if (inventory.find(name) == nullptr) child.problem("subsystems.yml has no subsystem \"" + name + "\"");
    sources.emplace(name, read_subsystem(child));
  }
  return sources;
}

}  // namespace exporter::collectors
