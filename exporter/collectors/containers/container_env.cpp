#include "exporter/collectors/containers/container_env.h"

#include <algorithm>

#include "base/text/exposition.h"

namespace exporter::collectors {
namespace {

constexpr Family kEnvPresent{
    "salus_container_env_present", kGauge, "container, variable",
    "1 when the container has the environment variable that the configuration requires, 0 when not."};

// IEEE Std 1003.1 excludes only "=" and NUL from names. Blanks and control characters are mistakes.
bool is_variable_name(std::string_view name) {
  return !name.empty() && std::ranges::none_of(name, [](char c) {
    return c == '=' || static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
  });
}

}  // namespace

Family container_env_family() { return kEnvPresent; }

RequiredEnv read_required_env(const base::yaml::Node& node, const base::Inventory& inventory) {
  RequiredEnv required;
  for (const auto& [container, variables] : node.entries()) {
    if (!inventory.has_container(container)) {
      variables.problem("subsystems.yml declares no container \"" + container + "\"");
    }
    for (const auto& variable : variables.items()) {
      const std::string name = variable.string();
      if (variable.is_scalar() && !is_variable_name(name))
        variable.problem("must be the name of an environment variable");
    }
    required.emplace_back(container, variables.strings());
  }
  return required;
}

prometheus::MetricFamily container_env_metric(const RequiredEnv& required,
                                              const std::vector<const base::docker::Container*>& inspected,
                                              const std::vector<std::string_view>& unknown) {
  auto present = open_family(kEnvPresent);
  for (const auto& [name, variables] : required) {
    if (std::ranges::find(unknown, name) != unknown.end()) continue;
    const auto container = std::ranges::find(inspected, name, &base::docker::Container::name);
    for (const auto& variable : variables) {
      const bool has =
          container != inspected.end() && std::ranges::find((*container)->environment_names, variable) !=
                                              (*container)->environment_names.end();
      base::add_sample(present, {{"container", name}, {"variable", variable}}, has ? 1 : 0);
    }
  }
  return present;
}

}  // namespace exporter::collectors
