#include "healer/engine/policy/alert_index.h"

#include <algorithm>
#include <utility>

namespace healer::policy {
namespace {

// Each value with its length, so that no two lists of values look the same.
std::string values_of(const Labels& labels, const std::vector<std::string>& names) {
  std::string values;
  for (const std::string& name : names) {
    const std::string& value = labels.at(name);
    values.append(std::to_string(value.size())).append(":").append(value);
  }
  return values;
}

}  // namespace

void AlertIndex::add(const Labels& labels) {
  Names names;
  for (const auto& [name, value] : labels) {
    if (name != "policy") names.push_back(name);
  }
  Alike& alike = by_names_[std::move(names)];
  alike.all.push_back(&labels);
  alike.values.clear();
}

bool AlertIndex::holds(const Labels& labels) const {
  return std::ranges::any_of(by_names_, [&labels](const auto& group) {
    const auto& [names, alike] = group;
    Names both;
    for (const std::string& name : names) {
      if (labels.contains(name)) both.push_back(name);
    }
    auto [at, is_new] = alike.values.try_emplace(both);
    if (is_new) {
      for (const Labels* each : alike.all) at->second.insert(values_of(*each, both));
    }
    return at->second.contains(values_of(labels, both));
  });
}

}  // namespace healer::policy
