#include "healer/actions/undo.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "healer/actions/table.h"

namespace healer::actions {
namespace {

using base::yaml::Node;
using nlohmann::json;

bool undoes_an_action(std::string_view action) {
  return !action.empty() && std::ranges::any_of(names(), [action](std::string_view name) {
    return info(name).undone_by == action;
  });
}

}  // namespace

json as_json(const Node& node) {
  if (node.is_map()) {
    json map = json::object();
    for (const auto& [key, value] : node.entries()) map[key] = as_json(value);
    return map;
  }
  if (node.is_list()) {
    json list = json::array();
    for (const Node& item : node.items()) list.push_back(as_json(item));
    return list;
  }
  return node.present() ? json(node.string()) : json();
}

Undo make_undo(std::string_view action, const json& parameters) {
  return {std::string(action), parameters.dump(-1, ' ', true, json::error_handler_t::replace)};
}

base::Result<std::unique_ptr<Action>> make(const Undo& undo, const World& world) {
  if (!undoes_an_action(undo.action)) return base::fail("\"{}\" does not undo any action", undo.action);
  base::yaml::Problems problems;
  const Node root = base::yaml::parse(fmt::format("{}: {}", undo.action, undo.parameters), "undo", problems);
  const Node parameters = root.optional(undo.action);
  auto made = make(undo.action, root, parameters, world);
  if (!problems.empty() || made == nullptr) return base::fail("undo by {}: {}", undo.action, problems.str());
  return made;
}

}  // namespace healer::actions
