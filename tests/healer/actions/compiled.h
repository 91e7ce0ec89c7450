// An action as it comes out of a configuration.
#pragma once

#include <memory>
#include <string>

#include "base/yaml/yaml.h"
#include "healer/actions/table.h"

namespace tests {

struct Compiled {
  std::unique_ptr<healer::actions::Action> action;
  std::string problems;
  healer::actions::Properties properties;  // with these parameters
};

inline Compiled compile(const std::string& name, const std::string& parameters,
                        const healer::actions::World& world) {
  base::yaml::Problems problems;
  const auto root =
      base::yaml::parse("action: " + name + "\nparameters: " + parameters + "\n", "rung.yml", problems);
  auto action = healer::actions::make(name, root.required("action"), root.optional("parameters"), world);
  const auto& info = healer::actions::info(name);
  const auto properties = action ? healer::actions::properties(name, *action) : info.properties();
  return {std::move(action), problems.str(), properties};
}

inline const healer::Target kTarget{"container", "quantum_trading_bot"};

}  // namespace tests
