// The state machine of an incident: its only table of states and events. docs/incident-states.md shows it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "healer/model/model.h"

namespace healer {

struct Transition {
  State from{};
  State to{};
  std::string_view event;  // what causes it
};

// Every allowed transition, each pair of states once.
std::span<const Transition> transitions();
// Whether the table has it. A move that is not in it is a bug.
bool may_move(State from, State to);
// The table as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html).
std::string state_diagram();

}  // namespace healer
