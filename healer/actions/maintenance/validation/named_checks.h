// A list of checks in healer.yml: maps with unique names.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"

namespace healer::validation {

// `read` makes a Check, which has a `name`, from each map. Empty if the node is absent.
template <class Check>
std::vector<Check> read_named_checks(const base::yaml::Node& node, Check (*read)(const base::yaml::Node&)) {
  std::vector<Check> checks;
  if (!node.present()) return checks;
  std::set<std::string> names;
  for (const base::yaml::Node& item : node.items()) {
    if (!item.is_map()) {
      item.problem("must be a map");
      continue;
    }
    Check check = read(item);
    if (!check.name.empty() && !names.insert(check.name).second)
      item.optional("name").problem(fmt::format("there is a check \"{}\" already", check.name));
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace healer::validation
