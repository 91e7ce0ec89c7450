#include "inventory/subsystems.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text/utf8.h"

namespace base {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_subsystem_name(std::string_view name) {
  return !name.empty() && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_container_name(std::string_view name) {
  const auto plain = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); };
  return !name.empty() && plain(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '_' || c == '.' || c == '-'; });
}

void check_container_name(const yaml::Node& node, std::string_view name) {
  if (is_container_name(name)) return;
  node.problem(fmt::format("\"{}\" is not a container name ([a-zA-Z0-9][a-zA-Z0-9_.-]*)", excerpt(name)));
}

Subsystem read_subsystem(const yaml::Node& node) {
  node.only({"name", "purpose", "trading", "cadence", "container", "depends_on"});
  Subsystem subsystem;
  const yaml::Node name = node.required("name");
  subsystem.name = name.string();
  if (name.present() && !is_subsystem_name(subsystem.name)) {
    name.problem(fmt::format("\"{}\" is not a subsystem name ([a-z][a-z0-9_]*)", excerpt(subsystem.name)));
  }
  subsystem.purpose = node.required("purpose").non_empty_string();
  subsystem.trading = node.required("trading").one_of({"critical", "partial", "none"}, "critical");
  subsystem.cadence = node.optional("cadence").one_of({"critical", "normal"}, "normal");
  const yaml::Node container = node.optional("container");
  subsystem.container = container.string();
  if (container.present()) check_container_name(container, subsystem.container);
  subsystem.depends_on = node.optional("depends_on").strings();
  return subsystem;
}

// Checks the relations between subsystems. `nodes` are their YAML nodes, in the same order.
class References {
 public:
  References(const Inventory& inventory, const std::vector<yaml::Node>& nodes)
      : subsystems_(inventory.subsystems), nodes_(nodes) {}

  void check() {
    for (std::size_t i = 0; i < subsystems_.size(); ++i) {
      const auto [first, is_new] = index_.emplace(subsystems_[i].name, i);
      if (is_new || subsystems_[i].name.empty()) continue;
      nodes_[i].optional("name").problem(fmt::format("\"{}\" is declared already on line {}", first->first,
                                                     nodes_[first->second].optional("name").line()));
    }
    for (std::size_t i = 0; i < subsystems_.size(); ++i) check_parents(i);
    for (std::size_t i = 0; i < subsystems_.size(); ++i) look_for_cycle(i);
  }

 private:
  void check_parents(std::size_t i) {
    std::set<std::string_view> seen;
    for (const yaml::Node& node : nodes_[i].optional("depends_on").items()) {
      if (!node.is_scalar()) continue;
      const std::string parent = node.string();
      if (!index_.contains(parent)) node.problem(fmt::format("unknown subsystem \"{}\"", excerpt(parent)));
      if (!seen.insert(*std::ranges::find(subsystems_[i].depends_on, parent)).second) {
        node.problem(fmt::format("\"{}\" is listed twice", excerpt(parent)));
      }
    }
  }

  // Depth-first along depends_on, without recursion, because the file controls the depth. A cycle is reported
  // once, at its first subsystem in the file.
  void look_for_cycle(std::size_t start) {
    if (done_.contains(start)) return;
    std::vector<std::pair<std::size_t, std::size_t>> way{{start, 0}};  // subsystem, its next parent
    while (!way.empty()) {
      auto& [at, next] = way.back();
      if (next == subsystems_[at].depends_on.size()) {
        done_.insert(at);
        way.pop_back();
        continue;
      }
      const auto parent = index_.find(subsystems_[at].depends_on[next++]);
      if (parent == index_.end() || done_.contains(parent->second)) continue;
      const auto again = std::ranges::find(way, parent->second, &std::pair<std::size_t, std::size_t>::first);
      if (again == way.end()) {
        way.emplace_back(parent->second, 0);
        continue;
      }
      std::string cycle;
      for (auto step = again; step != way.end(); ++step) cycle += subsystems_[step->first].name + " → ";
      nodes_[again->first].optional("depends_on").problem("is a cycle: " + cycle + parent->first);
    }
  }

  const std::vector<Subsystem>& subsystems_;
  const std::vector<yaml::Node>& nodes_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::set<std::size_t> done_;
};

}  // namespace

const Subsystem* Inventory::find(std::string_view name) const {
  const auto found = std::ranges::find(subsystems, name, &Subsystem::name);
  return found == subsystems.end() ? nullptr : &*found;
}

bool Inventory::has_container(std::string_view name) const {
  return !name.empty() && (std::ranges::find(subsystems, name, &Subsystem::container) != subsystems.end() ||
                           std::ranges::find(other_containers, name) != other_containers.end());
}

std::vector<std::string> Inventory::containers() const {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Subsystem& subsystem : subsystems) add(subsystem.container);
  for (const std::string& name : other_containers) add(name);
  return names;
}

Inventory read_inventory(const yaml::Node& root) {
  root.only({"subsystems", "containers"});
  Inventory inventory;
  const yaml::Node list = root.required("subsystems");
  const std::vector<yaml::Node> nodes = list.items();
  if (list.is_list() && nodes.empty()) list.problem("must list at least one subsystem");
  for (const yaml::Node& node : nodes) inventory.subsystems.push_back(read_subsystem(node));
  References(inventory, nodes).check();

  for (const yaml::Node& node : root.optional("containers").items()) {
    if (!node.is_scalar()) {
      node.problem("must be a container name");
      continue;
    }
    const std::string name = node.string();
    check_container_name(node, name);
    if (inventory.has_container(name)) node.problem(fmt::format("\"{}\" is declared already", excerpt(name)));
    inventory.other_containers.push_back(name);
  }
  return inventory;
}

}  // namespace base
