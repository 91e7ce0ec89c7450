#include "healer/state/incident_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace healer {
namespace {

using enum State;

constexpr std::array kTransitions{
    Transition{kAccepted, kGated, "a guard refuses"},
    Transition{kAccepted, kIntent, "every guard is open"},
    Transition{kAccepted, kResolved, "the alert ended first"},
    Transition{kAccepted, kExhausted, "no rung is left, or the limit of attempts is reached"},
    Transition{kGated, kGated, "another guard refuses now"},
    Transition{kGated, kIntent, "every guard is open"},
    Transition{kGated, kResolved, "the alert ended before any action"},
    Transition{
        kGated, kVerifying,
        "the alert ended between two actions, the target is free again, or it was found healthy after all"},
    Transition{kGated, kExhausted, "no rung is left"},
    Transition{kGated, kReleased, "an operator releases it, because it cannot be verified"},
    Transition{kIntent, kRunning, "the action started"},
    Transition{kIntent, kUnknown, "the healer ended before the outcome was known"},
    Transition{kRunning, kVerifying, "the action ended"},
    Transition{kRunning, kUnknown, "the healer ended before the outcome was known"},
    Transition{kVerifying, kProbation, "the target is healthy"},
    Transition{kVerifying, kIneffective, "the target is not healthy in time"},
    Transition{kVerifying, kGated, "it could not be verified, or a more urgent incident takes the target"},
    Transition{kProbation, kHealed, "it stayed healthy"},
    Transition{kProbation, kIneffective, "the symptom returned"},
    Transition{kProbation, kGated, "it could not be verified, or a more urgent incident takes the target"},
    Transition{kIneffective, kIntent, "every guard is open: the same rung again, or the next"},
    Transition{kIneffective, kGated, "a guard refuses the next action"},
    Transition{kIneffective, kExhausted, "no rung is left"},
    Transition{kIneffective, kVerifying, "the alert ended before the next action"},
    Transition{kUnknown, kVerifying, "verify before anything else"},
    Transition{kUnknown, kIntent, "the playbook may simply run again (on_crash: retry)"},
    Transition{kUnknown, kExhausted, "it must never be repeated, or no rung is left"},
    Transition{kUnknown, kGated, "a guard refuses the next action"},
    Transition{kExhausted, kReleased, "an operator releases it"},
    Transition{kAccepted, kFailed, "a task cannot run"},
    Transition{kGated, kFailed, "a task has no attempt left"},
    Transition{kIneffective, kFailed, "a task has no attempt left"},
    Transition{kUnknown, kFailed, "a task must never be repeated, or has no attempt left"},
    Transition{kExhausted, kFailed, "a task that an earlier version left to an operator"},
};

}  // namespace

std::span<const Transition> transitions() { return kTransitions; }

bool may_move(State from, State to) {
  return std::ranges::any_of(kTransitions,
                             [&](const Transition& each) { return each.from == from && each.to == to; });
}

std::string state_diagram() {
  std::string text = "stateDiagram-v2\n    [*] --> accepted: an alert or an operator opens it\n";
  for (const auto& [from, to, event] : kTransitions)
    text += fmt::format("    {} --> {}: {}\n", to_string(from), to_string(to), event);
  for (const State closed : {kHealed, kResolved, kReleased, kFailed})
    text += fmt::format("    {} --> [*]\n", to_string(closed));
  return text;
}

}  // namespace healer
