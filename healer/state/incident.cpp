#include "healer/state/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace healer {
namespace {

using enum State;

constexpr std::array<std::pair<State, State>, 28> kMoves{{
    {kAccepted, kGated},         // a guard refuses
    {kAccepted, kIntent},        // act
    {kAccepted, kResolved},      // the alert ended first
    {kAccepted, kExhausted},     // the target's budget of actions is spent already
    {kGated, kGated},            // another guard refuses now
    {kGated, kIntent},           // the guard opened
    {kGated, kResolved},         // the alert ended before any action
    {kGated, kVerifying},        // the alert ended between two actions, or the target is free again
    {kGated, kExhausted},        // nothing is left to try
    {kIntent, kRunning},         //
    {kIntent, kUnknown},         // the healer died
    {kRunning, kVerifying},      //
    {kRunning, kUnknown},        // the healer died
    {kVerifying, kProbation},    //
    {kVerifying, kIneffective},  //
    {kVerifying, kGated},        // a more urgent incident takes the target
    {kProbation, kHealed},       //
    {kProbation, kIneffective},  // the symptom returned, or health was not confirmed
    {kProbation, kGated},        // a more urgent incident takes the target
    {kIneffective, kIntent},     // the same rung again, or the next
    {kIneffective, kGated},      //
    {kIneffective, kExhausted},  //
    {kIneffective, kVerifying},  // the alert ended before the next action
    {kUnknown, kVerifying},      // verify before anything else
    {kUnknown, kIntent},         // a playbook that may simply be run again
    {kUnknown, kExhausted},      // nothing is left to try
    {kUnknown, kGated},          //
    {kExhausted, kReleased},     // by an operator
}};

}  // namespace

bool may_move(State from, State to) {
  return std::find(kMoves.begin(), kMoves.end(), std::pair(from, to)) != kMoves.end();
}

void tell(Incident& incident, base::WallTime at, std::string_view what, std::string detail) {
  // Of a long timeline the beginning and the latest entries are kept.
  constexpr std::size_t kBeginning = 20;
  if (incident.story.size() >= Incident::kStoryLimit) {
    incident.story.erase(incident.story.begin() + kBeginning);
  }
  incident.story.push_back({at, std::string(what), std::move(detail)});
}

}  // namespace healer
