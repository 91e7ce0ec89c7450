// The decider's state after every turn: an immutable snapshot that the API, the metrics and salusctl read
// without blocking it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healer/model/approval.h"
#include "healer/model/model.h"
#include "healer/model/policy/policy_document.h"
#include "healer/model/policy/ruler_state.h"
#include "healer/model/recommendation.h"
#include "healer/model/self_health.h"
#include "healer/model/tally.h"
#include "healer/model/timeline.h"

namespace healer {

struct IncidentView {
  std::string id;  // INC-17
  State state = State::kAccepted;
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::vector<std::string> alert_names;
  std::optional<Refusal> refusal;    // while gated
  std::string refusal_detail;        // likewise
  std::string waits_for;             // likewise: the incident that it waits for; may be empty
  std::vector<std::string> blocks;   // incidents on what depends on this one's target, which wait for it
  std::size_t rung = 0;              // counted from 0
  int actions = 0;                   // run so far
  int firings = 0;                   // how often its alerts started to fire
  base::WallTime alert_starts_at{};  // earliest startsAt of its alerts
  base::WallTime opened_at{};
  std::optional<base::WallTime> closed_at;
  std::optional<Recommendation> recommendation;  // the last one, while it is remembered
  std::vector<TimelineEntry> timeline;
  std::string started_by{};  // the operator who runs it manually; empty: alerts opened it
  std::string reason{};      // the operator's reason
  struct Undo {
    std::string action_id;  // INC-17/2, which can be undone, or was
    std::string action;     // its name
    std::string by;         // the action that undoes it
    std::string incident;   // the incident that undoes or has undone it; may be empty
    bool undone = false;
  };
  std::vector<Undo> undos{};
  std::string undoes{};  // the action that this one undoes; empty: it heals
};

// A firing alert that requests healing that the configuration does not allow.
struct RefusedAlert {
  std::string alert_name;
  std::string subsystem;
  std::string playbook;  // as the alert names it
  Refusal refusal{};
  std::string detail;
};

// A server whose rules are evidence for the policy.
struct RulerView {
  bool answered = false;  // in this process
  bool up = false;        // and recently
  std::size_t rules = 0;
  std::string error;  // of the newest query; empty: it succeeded
};
// The path from the rules to the healer.
struct ChainView {
  bool ok = true;                                                 // the policy may loosen
  std::vector<std::string> problems;                              // why not
  std::map<std::string, RulerView> rulers;                        // by name
  std::map<std::string, std::vector<std::string>> missing_rules;  // by ruler: loaded once, now gone
  std::optional<Policy> demanded;   // by the rules, according to the first ruler
  std::optional<Policy> delivered;  // the same, according to the delivered heartbeat
};

struct View {
  base::WallTime at{};
  std::vector<IncidentView> incidents;  // open ones and the last 200 closed, newest first
  PolicyDocument policy;
  std::optional<std::string> pause_reason;     // set while paused
  std::optional<base::WallTime> paused_until;  // unset: until resumed
  std::optional<Policy> operator_hold;
  bool storm = false;
  std::size_t targets_in_trouble = 0;
  struct Downtime {
    base::WallTime since{};
    base::WallTime until{};
  };
  std::map<std::string, Downtime> planned_downtime;  // by container: stopped on purpose
  SelfHealth self_health;
  base::WallTime watchdog_last_seen{};  // epoch: never
  bool watchdog_silent = false;
  ChainView chain;
  std::vector<std::shared_ptr<const policy::RulerState>> rulers;  // the newest answer of each
  // A configured ruler has an alerting rule of this name loaded.
  bool knows_rule(std::string_view alertname) const {
    for (const auto& ruler : rulers) {
      if (ruler->knows(alertname)) return true;
    }
    return false;
  }
  std::vector<Alert> firing;  // every alert known to be firing
  std::vector<RefusedAlert> refused;
  std::vector<Approval> approvals;              // newest first
  std::vector<Recommendation> recommendations;  // newest first
  bool journal_ok = true;
  std::string journal_error;            // why not
  std::string journal_quarantined;      // why this process started with an empty journal; empty: it did not
  std::string journal_missing_records;  // why it may lack its newest records; empty: it does not
  // Totals since the journal began, for counters that survive a restart.
  std::map<std::pair<std::string, std::string>, std::uint64_t>
      actions_total;  // (action, success|failure|interrupted)
  using Decision = healer::DecisionLabels;
  std::map<Decision, std::uint64_t> decisions_total;
  struct Task {
    base::WallTime last_run{};      // epoch: never
    base::WallTime last_success{};  // epoch: never
    double duration = 0;            // of the newest run that ended, in seconds
    std::uint64_t failures = 0;     // since the journal began
    Counts counts{};                // summed since the journal began
  };
  std::map<std::string, Task> tasks;  // those that ever ran
  base::WallTime first_start{};  // of the healer with this journal: when a task that never ran was last done
  struct Found {
    base::WallTime at{};
    std::vector<Finding> list;
  };
  std::map<std::string, Found> found;  // by suite: what its newest run found
  using Healed = healer::HealedIncident;
  std::vector<Healed>
      healed;  // of this process, oldest first; those after the histogram's count are not in it yet
};

}  // namespace healer
