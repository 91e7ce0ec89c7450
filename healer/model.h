// The nouns of the healer, as plain values. Nothing here does I/O or reads a clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/labels.h"

namespace healer {

// One alert as Alertmanager tells it (webhook version 4 and GET /api/v2/alerts).
struct Alert {
  std::string fingerprint;  // Alertmanager's own, or a hash of the labels where it sent none
  bool firing = false;
  Labels labels;
  Labels annotations;
  base::WallTime starts_at{};
  base::WallTime ends_at{};  // of a resolved one

  // The label's value, or "" when it has none.
  std::string_view label(std::string_view name) const;
};

// What an action acts on: a declared thing, never free text from a label.
struct Target {
  std::string kind;  // container | task | subsystem | trading
  std::string name;  // quantum_trading_bot | log_rotation | ai_model | trading
  std::string key() const { return kind + "/" + name; }
  auto operator<=>(const Target&) const = default;
};

inline constexpr std::string_view kContainer = "container";
inline constexpr std::string_view kTask = "task";
inline constexpr std::string_view kSubsystem = "subsystem";
inline constexpr std::string_view kTrading = "trading";  // the trading system as a whole: there is one

// One thing that a task looked at.
struct Finding {
  std::string group;  // a phase; may be empty
  std::string name;   // a check; empty: the group as a whole
  bool ok = false;
  bool operator==(const Finding&) const = default;
};
// What a task found: the newest of each suite is told as metrics, so that rules can act on it.
struct Findings {
  std::string suite;  // validation | health_audit; empty: the task looks at nothing
  std::vector<Finding> list;
  bool operator==(const Findings&) const = default;
};
// What takes back what an action has done: another action, with its parameters as healer.yml would have them,
// in YAML on one line. Made of the configuration and of what was found, never of a label.
struct Undo {
  std::string action;
  std::string parameters;
  bool operator==(const Undo&) const = default;
};
// What a task did, in numbers that are summed over its runs: freed_bytes, removed, skipped.
using Counts = std::map<std::string, std::uint64_t>;
// A report that a task wrote, of which people are told.
struct Written {
  enum class What { kWeeklyReport, kHealthAudit, kRestartReport };
  What what{};
  std::string date;    // 2025-12-17, in UTC
  std::string status;  // ✅ All checks passed
  std::string path;
};

// One word for what trading may do, loosest first: the order is the meaning. Each stands for a set of
// permissions (healer/policy/permissions.h), which are not ordered as the words are.
enum class Policy { kAllowAll, kSafeRiskProfile, kNoNewTrades, kDefensiveExit, kEmergencyShutdown };
std::string_view to_string(Policy policy);
std::optional<Policy> parse_policy(std::string_view text);

// An incident's life. healer/incident.h holds the table of allowed moves.
enum class State {
  kAccepted,     // an alert asks for healing
  kGated,        // a guard refuses for now, with its reason
  kIntent,       // the action to come is on disk, nothing has run
  kRunning,      // the action runs
  kVerifying,    // the action ended; is the symptom gone?
  kProbation,    // gone; does it stay gone?
  kIneffective,  // not gone, or back: the next rung
  kUnknown,      // the healer died between intent and outcome: verify before anything else
  kHealed,       // closed: verified
  kResolved,     // closed: the symptom went before an action was taken
  kExhausted,    // latched: the ladder is at its end, a person must release it
  kReleased,     // closed: by a person
};
std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view text);
bool is_open(State state);  // neither healed, resolved nor released

// Why an incident is not acted on: the closed list that is also a metric label and a line in reports.
enum class Refusal {
  kPaused,
  kTargetBusy,
  kCooldown,
  kAttempts,
  kUndeclaredTarget,   // the alert's target is in no configuration
  kUnknownPlaybook,    // `heal` names none
  kNotAccepted,        // the playbook does not list this alert
  kLatched,            // exhausted before, not yet released
  kJournalUnwritable,  // no intent can be made durable
  kDryRun,             // it would have run
  kNotAutomatic,       // it never runs by itself: a person may have it run
  kApproval,           // a person must approve it first
  kHours,              // in quiet hours, or outside of the allowed ones
  kUnfit,              // the healer itself: disk, clock or configuration
  kStarting,           // just started: not everything that fires is known yet
  kPolicy,             // trading may still do too much for it
  kStorm,              // too much is ill at once
  kParent,             // what it depends on is being healed, or waits for a person
  kActionsPerHour,     // of all targets
  kConcurrency,        // others run
  kSuppressed,    // Alertmanager silences, inhibits or mutes its alerts, or routes them to other receivers
  kContradicted,  // verification has found the target healthy, and its alert fires on
};
std::string_view to_string(Refusal refusal);
std::optional<Refusal> parse_refusal(std::string_view text);

}  // namespace healer
