// The journal's records: everything the healer remembers is one of these facts. docs/journal-format.md shows
// each as JSON. History is the result of applying them in order, both live and after a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/inputs.h"
#include "healer/model/model.h"

namespace healer {

// The healer started.
struct ProcessStarted {
  std::string quarantined;  // why the journal before this one could not be used; empty: it could
  // From here on the cause of an alert that demands a policy ends with its cause_ended. In earlier versions
  // it ended with the alert.
  bool needs_evidence = false;
};
// An alert started to fire, ended, or started again.
struct AlertSeen {
  Alert alert;
  bool pulled = false;  // from Alertmanager's list, before any delivery
};
// A firing alert requests healing that the configuration does not allow. Written once for each start of the
// alert.
struct AlertRefused {
  std::string fingerprint;
  std::string playbook;
  Refusal refusal{};
  std::string detail;
};
// The incident's number is this record's sequence number. An alert opens it, or an operator who runs the
// playbook manually: then there is no fingerprint and no alert name, and it begins with the request.
struct IncidentOpened {
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::string fingerprint;
  std::string alert_name;
  base::WallTime alert_starts_at{};
  std::string started_by{};  // the operator who runs it manually; empty: an alert opened it
  std::string reason{};      // the operator's reason
  // Of an incident that undoes an action: which action (INC-17/2), and how. Others have neither.
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
      refusal;  // of a gated one, or of one that is exhausted because a guard refuses until an operator acts
  std::string detail;
  std::uint64_t by = 0;  // of a gated one: the incident that it waits for, if any
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
  std::optional<Policy> policy{};  // of the lease
  base::Duration lease{};          // zero: none
  std::optional<Policy> policy_while_running{};
};
struct ActionFinished {
  enum class Outcome { kSuccess, kFailure, kInterrupted };  // interrupted: the healer ended meanwhile
  std::uint64_t incident = 0;
  std::string action_id;
  Outcome outcome{};
  std::string detail;
  bool started = true;  // false: it was not started and did nothing
  Counts counts{};
  Findings findings{};
  std::optional<Undo> undo{};  // how to undo it; none: it cannot be undone
};
// The symptom returned in probation.
struct SymptomReturned {
  std::uint64_t incident = 0;
  std::string detail;
};
// The symptom of a latched incident cleared by itself or by an operator's work.
struct SymptomGone {
  std::uint64_t incident = 0;
};
struct PolicyMoved {
  Policy from{};
  Policy to{};
  std::vector<std::string> causes;
  std::optional<policy::Permissions> permissions{};  // where they are stricter than those of `to`
};
// A command of an operator. One that decides on an approval, runs a playbook or undoes an action has the
// record of that instead.
struct OperatorActed {
  enum class Verb {
    kPause,
    kResume,
    kRelease,
    kHoldPolicy,
    kReleasePolicy,
    kReleaseLease,
    kReleaseCause,
  };
  Verb verb{};
  std::string who;
  std::string reason;
  base::Duration length{};     // zero: until resumed or released
  std::uint64_t incident = 0;  // release
  Policy policy{};             // hold
  std::string lease{};         // release of a lease: the action it came with
  std::string cause{};         // release of a cause
  bool halts = false;          // hold: trading is halted as well, until the policy is released
};
// A pause or hold expired after the time that its operator set, or a lease after that of its rung.
struct Expired {
  enum class What { kPause, kHold, kLease };
  What what{};
  std::string lease{};  // the action it came with
};
// The next action for an incident. Written once for each action that is decided on.
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
  bool automatic = true;     // may start automatically
  bool approval = false;     // needs an operator's approval
};
// Approval of an action was requested. The action does not run until it is approved.
struct ApprovalAsked {
  std::string approval;  // APR-17-1
  std::uint64_t incident = 0;
  std::string action_id;  // that it will have
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  std::string description;
  Refusal refusal{};        // approval | not_automatic
  base::Duration within{};  // how long the request is valid
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
  bool active = false;
  std::size_t targets = 0;   // unhealthy containers
  std::size_t declared = 0;  // of so many
};

// An alert acts on the policy, as its ruler reports it; or it fires again.
struct CauseSeen {
  std::string ruler;
  Labels labels;
  base::WallTime starts_at{};      // by the ruler's clock
  std::vector<std::string> facts;  // metrics that existed about its subsystem
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
  std::vector<Labels> rules;  // `alertname`, and the labels of each that affect the policy
};
// An operator accepts that some of them are gone.
struct RulesAccepted {
  std::string ruler;
  std::vector<Labels> rules;
};

using Fact = std::variant<ProcessStarted, AlertSeen, AlertRefused, IncidentOpened, AlertJoined, IncidentMoved,
                          ActionIntended, ActionFinished, SymptomReturned, SymptomGone, PolicyMoved,
                          OperatorActed, Expired, JournalFailed, Recommended, ApprovalAsked, ApprovalAnswered,
                          StormMoved, CauseSeen, CauseEnded, RulesSeen, RulesAccepted>;

struct Record {
  base::WallTime at{};
  Fact fact;
};

// A record and its sequence number.
struct Entry {
  std::uint64_t seq = 0;
  Record record;
};

// One JSON object on one line. The same record always gives the same text.
std::string encode(const Record& record);
// Fails, with the name and the reason, for anything that this version does not know completely: a kind, a
// value, a missing field. Names of earlier versions (old_names.h) are read.
base::Result<Record> decode(std::string_view text);
std::string_view kind_of(const Fact& fact);

std::string_view to_string(ActionFinished::Outcome outcome);
std::string_view to_string(OperatorActed::Verb verb);
std::string_view to_string(ApprovalAnswered::Answer answer);

}  // namespace healer
