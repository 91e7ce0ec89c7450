// Taking an action back goes the way of any other action: an incident of its own, with guards, an intent that
// is durable first, an outcome, and a look. This is what is particular to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healer/config.h"
#include "healer/history.h"
#include "healer/incident.h"

namespace healer {

// What the playbook of such incidents is called; none of healer.yml may be.
inline constexpr std::string_view kUndo = "undo";

// Whether it lets trading do more again.
bool resumes_trading(const Undo& undo);

// Whether trading is halted from the intent of an action of this name until it is undone.
bool halts_trading(std::string_view action);
// Whether an action of this name tells the trading system to do less.
bool restricts_trading(std::string_view action);
// The one restriction that it lifts, by the name of the action that imposed it; empty: every one.
std::string lifted_by(const Undo& undo);

// What takes back whatever an action of this name has done that was interrupted: it may have been heard, and
// nobody was left to hear the answer. None: only one that has ended says what takes it back.
std::optional<Undo> undo_of_interrupted(std::string_view action);

// What taking back acts on: trading as a whole where it is about that, else what the action acted on.
Target undo_target(const Undo& undo, const Target& acted_on);

// An action of its own tells trading to do less, or did and was not undone. `restriction`: only this action;
// empty: any.
bool restricts_trading(const Incident& incident, std::string_view restriction = {});

// On trading as a whole: what one of them imposes or lifts has nothing to do with the other, so that neither
// waits for the other. Never so for another target.
bool independent(const Incident& a, const Incident& b, const Config& config);
// What attempts are counted by: the target, and on trading as a whole the playbook.
std::string attempts_key(const Target& target, std::string_view playbook);

// INC-17/2, its incident and its count; number 0 when it is no such id.
struct ActionName {
  std::uint64_t incident = 0;
  int count = 0;
};
ActionName parse_action_id(std::string_view id);

// Opens the incident that takes the action back.
IncidentOpened open_undo(const Incident& incident, int count, std::string who, std::string reason,
                         base::WallTime at);

// What is taken back of an incident that is healed, where its playbook says so. What a person has run by
// hand, a person takes back. `playbook` may be null.
std::vector<IncidentOpened> undone_when_healed(const Incident& incident, const Playbook* playbook,
                                               base::WallTime at);

}  // namespace healer
