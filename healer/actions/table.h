// The actions and what is known of each from its name.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "healer/actions/action.h"

namespace healer::actions {

// A row of the table in table.cpp. What an action does to trading is in healer/model/trading_actions.h.
struct Info {
  // The switch of healer.yml without which it never starts automatically.
  enum class Switch { kNoSwitch, kAutoRestart, kAutoPause };

  std::string_view name;
  // Reads the action's own `parameters` node and notes problems there.
  std::unique_ptr<Action> (*make)(const base::yaml::Node& parameters, const World& world);
  Switch automatic_by;
  // The properties, where the parameters do not change them.
  Targets targets;
  Impact impact;
  Repetition repetition;
  ApprovalRule approval;
  std::string_view undone_by;  // the action that undoes it; empty: none
  std::string_view expected;   // the expected result, for operators who read a recommendation
  std::string_view risk;       // the same

  constexpr Properties properties() const { return {targets, impact, repetition, approval}; }
};

std::vector<std::string_view> names();

// Generic texts and properties for an unknown action.
const Info& info(std::string_view action);

// Builds the action `name` with its own `parameters` node; notes problems there. nullptr for an unknown name
// (noted at `name_node`).
std::unique_ptr<Action> make(std::string_view name, const base::yaml::Node& name_node,
                             const base::yaml::Node& parameters, const World& world);

// The properties of `action`, whose name is `name`, with its parameters.
Properties properties(std::string_view name, const Action& action);

}  // namespace healer::actions
