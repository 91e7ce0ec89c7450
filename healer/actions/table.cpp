// Every action there is. A new one is one line here, one source pair, one CMake line and its test.
#include <array>

#include "healer/actions/action.h"
#include "healer/actions/command.h"
#include "healer/actions/container_restart.h"
#include "healer/actions/container_start.h"
#include "healer/actions/container_stop.h"
#include "healer/actions/log_rotation.h"
#include "healer/actions/prune_files.h"
#include "healer/actions/redis_prune.h"

namespace healer::actions {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Action> (*make)(const base::yaml::Node& parameters, const World& world);
};

constexpr std::array kTable{
    Entry{"command", make_command},
    Entry{"container_restart", make_container_restart},
    Entry{"container_start", make_container_start},
    Entry{"container_stop", make_container_stop},
    Entry{"log_rotation", make_log_rotation},
    Entry{"prune_files", make_prune_files},
    Entry{"redis_prune", make_redis_prune},
};

}  // namespace

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Entry& entry : kTable) all.push_back(entry.name);
  return all;
}

std::unique_ptr<Action> make(std::string_view name, const base::yaml::Node& name_node,
                             const base::yaml::Node& parameters, const World& world) {
  for (const Entry& entry : kTable) {
    if (entry.name == name) return entry.make(parameters, world);
  }
  name_node.problem(fmt::format("\"{}\" is no action; there are: {}", name, fmt::join(names(), ", ")));
  return nullptr;
}

}  // namespace healer::actions
