// The healer's basic types, as plain values. Nothing here does I/O or reads a clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/labels.h"

namespace healer {

// One alert as Alertmanager reports it (webhook version 4 and GET /api/v2/alerts).
struct Alert {
  std::string fingerprint;  // Alertmanager's, or a hash of the labels if it sent none
  bool firing = false;
  Labels labels;
  Labels annotations;
  base::WallTime starts_at{};
  base::WallTime ends_at{};  // of a resolved one

  // The label's value, or "" when it has none.
  std::string_view label(std::string_view name) const;
};

// What an action acts on: something declared, never free text from a label.
struct Target {
  std::string kind;  // container | task | subsystem | trading
  std::string name;  // quantum_trading_bot | log_rotation | ai_model | trading
  std::string key() const { return kind + "/" + name; }
  auto operator<=>(const Target&) const = default;
};

inline constexpr std::string_view kContainer = "container";
inline constexpr std::string_view kTask = "task";
inline constexpr std::string_view kSubsystem = "subsystem";
inline constexpr std::string_view kTrading = "trading";  // the trading system as a whole; there is one

// One result of a task's checks.
struct Finding {
  std::string group;  // a phase; may be empty
  std::string name;   // a check; empty: the group as a whole
  bool ok = false;
  bool operator==(const Finding&) const = default;
};
// The results of a task's checks. The newest of each suite are exported as metrics, for rules.
struct Findings {
  std::string suite;  // validation | health_audit; empty: the task checks nothing
  std::vector<Finding> list;
  bool operator==(const Findings&) const = default;
};
// How to undo an action: another action, with its parameters as in healer.yml, in YAML on one line. Derived
// from the configuration and the state before the action, never from a label.
struct Undo {
  std::string action;
  std::string parameters;
  bool operator==(const Undo&) const = default;
};
// Numbers about a task's runs, summed over its runs: freed_bytes, removed, skipped.
using Counts = std::map<std::string, std::uint64_t>;
// A report that a task wrote; operators are notified of it.
struct Written {
  enum class What { kWeeklyReport, kHealthAudit, kRestartReport };
  What what{};
  std::string date;    // 2025-12-17, in UTC
  std::string status;  // ✅ All checks passed
  std::string path;
};

// What trading may do, as one name; loosest first, and the order matters. Each name means a set of
// permissions (healer/model/policy/permissions.h); the sets are not totally ordered.
enum class Policy { kAllowAll, kSafeRiskProfile, kNoNewTrades, kDefensiveExit, kEmergencyShutdown };
std::string_view to_string(Policy policy);
std::optional<Policy> parse_policy(std::string_view text);

// The states of an incident. healer/state/incident.h has the table of allowed moves.
enum class State {
  kAccepted,     // an alert requests healing
  kGated,        // a guard refuses for now, with its reason
  kIntent,       // the intent is on disk, nothing has run
  kRunning,      // the action runs
  kVerifying,    // the action ended; checking whether the symptom is gone
  kProbation,    // the symptom is gone; checking whether it stays away
  kIneffective,  // the symptom is not gone, or it returned: the next rung
  kUnknown,      // the healer ended between intent and outcome: verify before anything else
  kHealed,       // closed: verified
  kResolved,     // closed: the symptom cleared before any action
  kExhausted,    // latched: no rung is left, an operator must release it
  kReleased,     // closed: by an operator
  kFailed,       // closed: a task that could not be done; it runs again when it is due next
};
std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view text);
bool is_open(State state);  // neither healed, resolved, released nor failed

// Why the healer does not act on an incident: a closed list, also used as a metric label and in reports.
enum class Refusal {
  kPaused,
  kTargetBusy,
  kCooldown,
  kAttempts,
  kUndeclaredTarget,   // the alert's target is not declared
  kUnknownPlaybook,    // `heal` names an unknown playbook
  kNotAccepted,        // the playbook does not list this alert
  kLatched,            // exhausted before, not yet released
  kJournalUnwritable,  // no intent can be made durable
  kDryRun,             // the action would have run
  kNotAutomatic,       // it never starts automatically: an operator may run it
  kApproval,           // an operator must approve it first
  kHours,              // in quiet hours, or outside allowed hours
  kUnhealthy,          // the healer itself is unhealthy: disk, clock or configuration
  kStarting,           // just started: not all firing alerts are known yet
  kPolicy,             // the policy in force is not strict enough
  kStorm,              // too many containers are unhealthy
  kParent,             // a dependency is being healed, or waits for an operator
  kActionsPerHour,     // the limit of all targets together
  kConcurrency,        // too many other actions run
  kSuppressed,    // Alertmanager silences, inhibits or mutes its alerts, or routes them to other receivers
  kContradicted,  // verification found the target healthy, but its alert still fires
  kUnverified,    // whether the last action helped could not be verified
};
std::string_view to_string(Refusal refusal);
std::optional<Refusal> parse_refusal(std::string_view text);

}  // namespace healer
