// One incident about one target: its states, its rungs, its timeline.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/incident_id.h"
#include "healer/model/model.h"
#include "healer/model/timeline.h"

namespace healer {

// An alert of the incident.
struct Member {
  std::string fingerprint;
  std::string name;
  base::WallTime starts_at{};  // of its last firing
};

// An action of the incident that can be undone.
struct Undoable {
  Undo by;
  std::string action;          // its name
  std::uint64_t incident = 0;  // the incident that undoes or has undone it; 0: none
  bool undone = false;
};

// The state of an incident. Monotonic times are of this process; earlier ones were re-based.
struct Incident {
  std::uint64_t number = 0;
  State state = State::kAccepted;
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::vector<Member> members;
  int firings = 0;                             // how often its alerts started to fire
  std::optional<Refusal> refusal;              // while gated
  std::string refusal_detail;                  // likewise
  std::uint64_t waits_for = 0;                 // likewise: the incident that it waits for, or 0
  bool interrupted_look = false;               // gated during its verification, which starts again
  std::optional<base::MonoTime> contradicted;  // since when the facts contradict the alerts that fire
  bool symptom_seen = false;                   // a check has found the symptom that its alerts report
  bool unverified = false;                     // whether its last action helped could not be verified
  std::size_t rung = 0;                        // of the last action
  int actions = 0;                             // intents so far
  std::map<std::size_t, int> tries;            // actions of each rung
  std::map<std::size_t, int> interrupted;      // those whose outcome was lost in a crash
  std::string action_id;                       // of the last action
  std::string action;                          // its name
  std::string approval;                        // the id of the last request for approval; empty: none
  int questions = 0;                           // requests so far
  bool dry_run = false;                        // a dry run suppressed an action
  std::uint64_t recommendation = 0;            // the last one's number, or 0
  bool last_ok = false;                        // whether it is known to have succeeded
  bool symptom_gone = false;                   // recorded once, while latched
  std::string started_by;                      // the operator who runs it manually; empty: alerts opened it
  std::string reason;                          // the operator's reason
  std::map<int, Undoable> undoable;            // by the count of its action
  std::string undoes;                          // the action that it undoes (INC-17/2); empty: it heals
  std::optional<Undo> undo;                    // how
  base::WallTime alert_starts_at{};
  base::WallTime opened_at{};
  std::optional<base::WallTime> closed_at;
  base::MonoTime since{};               // in its state
  base::MonoTime acted_at{};            // when its last action ended, or was found interrupted
  std::vector<TimelineEntry> timeline;  // the first and the latest entries, at most kTimelineLimit

  static constexpr std::size_t kTimelineLimit = 200;
  std::string id() const { return incident_id(number); }
  std::string next_action_id() const { return action_id_of(number, actions + 1); }
};

// Adds a line to its timeline.
void tell(Incident& incident, base::WallTime at, std::string_view what, std::string detail);

}  // namespace healer
