// An undo is handled like any other action: a separate incident, with guards, a durable intent, an outcome
// and verification. This file contains what is specific to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healer/config/config.h"
#include "healer/model/trading_actions.h"
#include "healer/state/history/history.h"
#include "healer/state/incident.h"

namespace healer {

// Whether it lifts a restriction of trading.
bool resumes_trading(const Undo& undo);

// The restriction that it lifts, by the name of the action that imposed it; empty: all.
std::string lifted_by(const Undo& undo);

// How to undo an interrupted action of this name, which may have been received although no response was.
// nullopt: only a finished action says how to undo it.
std::optional<Undo> undo_of_interrupted(std::string_view action);

// The target of the undo: trading as a whole if the undo is about trading, else the action's target.
Target undo_target(const Undo& undo, const Target& acted_on);

// An action of the incident restricts trading, or did and was not undone. `restriction`: only this action;
// empty: any.
bool restricts_trading(const Incident& incident, std::string_view restriction = {});

// Both act on trading as a whole, and the restrictions that they impose or lift differ, so that neither waits
// for the other. Never true for another target.
bool independent(const Incident& a, const Incident& b, const Config& config);
// The key of the attempts counter: the target, and on trading as a whole the playbook.
std::string attempts_key(const Target& target, std::string_view playbook);

// The parts of INC-17/2: the incident and the count; incident 0 for an invalid id.
struct ActionName {
  std::uint64_t incident = 0;
  int count = 0;
};
ActionName parse_action_id(std::string_view id);

// Opens the incident that undoes the action.
IncidentOpened open_undo(const Incident& incident, int count, std::string who, std::string reason,
                         base::WallTime at);

// The undos of a healed incident, if its playbook has undo_when_healed. A manual run is undone only by an
// operator. `playbook` may be null.
std::vector<IncidentOpened> undone_when_healed(const Incident& incident, const Playbook* playbook,
                                               base::WallTime at);

}  // namespace healer
