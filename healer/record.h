// The journal's vocabulary: everything the healer remembers is one of these facts. docs/journal-format.md
// shows each as JSON. History is what comes of applying them in order, live and after a restart alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/effects.h"
#include "healer/model.h"

namespace healer {

// The healer started.
struct Booted {
  std::string set_aside;  // why the journal before this one could not be used; empty: it could
  // From here on an alert that demands a policy is over with its cause_ended. Earlier versions took its end
  // for that.
  bool needs_evidence = false;
};
// An alert began to fire, ended, or started anew.
struct AlertSeen {
  Alert alert;
  bool pulled = false;  // from Alertmanager's list: no delivery told of it before
};
// A firing alert asks for healing that no configuration allows: said once for each start of the alert.
struct AlertRefused {
  std::string fingerprint;
  std::string playbook;
  Refusal refusal{};
  std::string detail;
};
// The incident's number is this record's sequence number. An alert opens it, or a person who has the playbook
// run by hand: then there is no fingerprint, no alert's name, and it begins when it was asked for.
struct IncidentOpened {
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::string fingerprint;
  std::string alert_name;
  base::WallTime alert_starts_at{};
  std::string asked_by{};  // who runs it by hand; empty: an alert does
  std::string reason{};    // their words
  // Of one that takes an action back: which (INC-17/2), and how. Others have neither.
  std::string undoes{};
  std::optional<Undo> undo{};
};
struct AlertJoined {
  std::uint64_t incident = 0;
  std::string fingerprint;
  std::string alert_name;
};
struct IncidentMoved {
  std::uint64_t incident = 0;
  State from{};
  State to{};
  std::optional<Refusal>
      refusal;  // of a gated one, or of one that is exhausted because a guard will not open by itself
  std::string detail;
  std::uint64_t by = 0;  // of a gated one: the incident that stands in its way, if one does
};
// Durable before the action starts.
struct ActionIntended {
  std::uint64_t incident = 0;
  std::string action_id;
  std::string playbook;
  std::string action;
  std::size_t rung = 0;
  Target target;
  std::string description;
  std::optional<Policy> policy{};  // that the lease holds
  base::Duration lease{};          // zero: none
  std::optional<Policy> policy_while_running{};
};
struct ActionFinished {
  enum class Outcome { kSuccess, kFailure, kInterrupted };  // interrupted: the healer died meanwhile
  std::uint64_t incident = 0;
  std::string action_id;
  Outcome outcome{};
  std::string detail;
  bool begun = true;  // false: it could not be started, so that nothing was done
  Counts counts{};
  Findings findings{};
  std::optional<Undo> undo{};  // what takes it back; none: nothing does
};
// The symptom came back in probation.
struct SymptomReturned {
  std::uint64_t incident = 0;
  std::string detail;
};
// The symptom of a latched incident went away by itself, or by a person's hand.
struct SymptomGone {
  std::uint64_t incident = 0;
};
struct PolicyMoved {
  Policy from{};
  Policy to{};
  std::vector<std::string> causes;
  std::optional<policy::Permissions> permissions{};  // where they are stricter than those of `to`
};
struct OperatorActed {
  OperatorInput::Verb verb{};
  std::string who;
  std::string reason;
  base::Duration length{};     // zero: until resumed or released
  std::uint64_t incident = 0;  // release
  Policy policy{};             // hold
  std::string lease{};         // release of a lease: the action it came with
  std::string cause{};         // release of a cause
  bool halts = false;          // hold: trading is halted as well, until the policy is released
};
// A pause or a hold reached the end that its operator gave it, or a lease that of its rung.
struct Lapsed {
  enum class What { kPause, kHold, kLease };
  What what{};
  std::string lease{};  // the action it came with
};
// What would be done next about an incident: written once for each action that comes to a decision.
struct Recommended {
  std::uint64_t incident = 0;
  std::string issue;  // the fingerprint of the alert that it answers
  std::string playbook;
  std::size_t rung = 0;
  std::string action_id;
  std::string action;
  Target target;
  std::string description;
  std::size_t priority = 0;  // 1 first
  bool automatic = true;     // may start by itself
  bool approval = false;     // needs a person's approval
};
// A person was asked whether an action may run. Nothing runs on it until it is answered.
struct ApprovalAsked {
  std::string approval;  // APR-17-1
  std::uint64_t incident = 0;
  std::string action_id;  // that it will have
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  std::string description;
  Refusal why{};            // approval | not_automatic
  base::Duration within{};  // how long the question stands
};
struct ApprovalAnswered {
  enum class Answer { kApproved, kRejected, kExpired };
  std::string approval;
  std::uint64_t incident = 0;
  Answer answer{};
  std::string who;  // empty: expired
  std::string reason;
};
// Written when the journal can be written again: since when it could not.
struct JournalFailed {
  base::WallTime since{};
  std::string error;
};

// A storm began or ended.
struct StormMoved {
  bool raging = false;
  std::size_t targets = 0;   // containers in trouble
  std::size_t declared = 0;  // of so many
};

// An alert acts on the policy, as its ruler reports it; or it fires once more.
struct CauseSeen {
  std::string ruler;
  Labels labels;
  base::WallTime starts_at{};      // by the ruler's clock
  std::vector<std::string> facts;  // metrics that there were about its subsystem
};
// It is over: on evidence, or by an operator.
struct CauseEnded {
  enum class How { kEvidence, kReleased };
  std::string key;  // History::alert_causes()
  How how{};
};
// A ruler has rules loaded that act on the policy: from now on they must not disappear.
struct RulesSeen {
  std::string ruler;
  std::vector<Labels> rules;  // `alertname`, and the labels by which each acts on the policy
};
// An operator accepts that some of them are gone.
struct RulesAccepted {
  std::string ruler;
  std::vector<Labels> rules;
};

using Fact = std::variant<Booted, AlertSeen, AlertRefused, IncidentOpened, AlertJoined, IncidentMoved,
                          ActionIntended, ActionFinished, SymptomReturned, SymptomGone, PolicyMoved,
                          OperatorActed, Lapsed, JournalFailed, Recommended, ApprovalAsked, ApprovalAnswered,
                          StormMoved, CauseSeen, CauseEnded, RulesSeen, RulesAccepted>;

struct Record {
  base::WallTime at{};
  Fact fact;
};

// A record in its place.
struct Entry {
  std::uint64_t seq = 0;
  Record record;
};

// One JSON object on one line. The same record always gives the same text.
std::string encode(const Record& record);
// Refuses, with what and why, anything that this version does not know in full: a kind, a value, a missing
// field.
base::Result<Record> decode(std::string_view text);
std::string_view kind_of(const Fact& fact);

std::string_view to_string(ActionFinished::Outcome outcome);
std::string_view to_string(OperatorInput::Verb verb);
std::string_view to_string(ApprovalAnswered::Answer answer);

}  // namespace healer
