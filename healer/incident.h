// One try at healing one target: its life, its ladder, its story.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/view.h"

namespace healer {

// The table of allowed moves. A move that is not in it is a fault of the program, never of the world.
bool may_move(State from, State to);

// INC-17: 17 is the journal's sequence number of the record that opened it.
std::string incident_id(std::uint64_t number);
std::optional<std::uint64_t> parse_incident_id(std::string_view id);
// INC-17/2: the second action of it.
std::string action_id_of(std::uint64_t incident, int count);

// An alert that asks for what the incident does.
struct Member {
  std::string fingerprint;
  std::string name;
  base::WallTime starts_at{};  // of its last firing
};

// What can be taken back of an action of it.
struct Undoable {
  Undo by;
  std::string action;          // that it takes back
  std::uint64_t incident = 0;  // the one that takes it back, or has; 0: none
  bool taken_back = false;
};

// What history knows of an incident. Monotonic times are of this process: those from before its start were
// re-based.
struct Incident {
  std::uint64_t number = 0;
  State state = State::kAccepted;
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::vector<Member> members;
  int firings = 0;                             // how often its alerts began to fire
  std::optional<Refusal> refusal;              // while gated
  std::string refusal_detail;                  // likewise
  std::uint64_t waits_for = 0;                 // likewise: the incident in its way, or 0
  bool interrupted_look = false;               // gated out of its verification, which begins anew
  std::optional<base::MonoTime> contradicted;  // since when the facts contradict the alerts that fire
  bool symptom_seen = false;                   // a look has found the symptom that its alerts report
  std::size_t rung = 0;                        // of the last action
  int actions = 0;                             // intended so far
  std::map<std::size_t, int> tries;            // actions of each rung
  std::map<std::size_t, int> interrupted;      // of which the healer's death hid the outcome
  std::string action_id;                       // of the last action
  std::string action;                          // its name
  std::string approval;              // the id of the last question to a person; empty: none was asked
  int questions = 0;                 // asked so far
  bool dry_run = false;              // an action would have run, was it not for a dry run
  std::uint64_t recommendation = 0;  // the last one's number, or 0
  bool last_ok = false;              // whether it is known to have succeeded
  bool symptom_gone = false;         // said once, while latched
  std::string asked_by;              // who has it run by hand; empty: alerts opened it
  std::string reason;                // their words
  std::map<int, Undoable> undoable;  // by the count of its action
  std::string undoes;                // the action that it takes back (INC-17/2); empty: it heals
  std::optional<Undo> undo;          // how
  base::WallTime alert_starts_at{};
  base::WallTime opened_at{};
  std::optional<base::WallTime> closed_at;
  base::MonoTime since{};     // in its state
  base::MonoTime acted_at{};  // when its last action ended, or was found interrupted
  std::vector<Moment> story;  // the first and the latest moments: kStoryLimit at most

  static constexpr std::size_t kStoryLimit = 200;
  std::string id() const { return incident_id(number); }
  std::string next_action_id() const { return action_id_of(number, actions + 1); }
};

// Another line of its story.
void tell(Incident& incident, base::WallTime at, std::string_view what, std::string detail);

}  // namespace healer
