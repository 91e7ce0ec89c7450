// An action as it comes out of a configuration.
#pragma once

#include <memory>
#include <string>

#include "base/yaml/yaml.h"
#include "healer/actions/action.h"

namespace tests {

struct Compiled {
  std::unique_ptr<healer::actions::Action> action;
  std::string problems;
};

inline Compiled compile(const std::string& name, const std::string& parameters,
                        const healer::actions::World& world) {
  base::yaml::Problems problems;
  const auto root =
      base::yaml::parse("action: " + name + "\nparameters: " + parameters + "\n", "rung.yml", problems);
  auto action = healer::actions::make(name, root.required("action"), root.optional("parameters"), world);
  return {std::move(action), problems.str()};
}

inline const healer::Target kTarget{"container", "quantum_trading_bot"};

}  // namespace tests
