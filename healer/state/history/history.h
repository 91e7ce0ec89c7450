// The state derived from the journal. It changes only by apply(), both live and at replay, so that a restart
// leads to the same state as before.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/journal/records/record.h"
#include "healer/model/approval.h"
#include "healer/model/recommendation.h"
#include "healer/model/tally.h"
#include "healer/state/incident.h"

namespace healer {

// An alert that fires, or whose incident is open.
struct AlertState {
  Alert alert;
  base::MonoTime changed_at{};
  std::uint64_t incident = 0;  // the open one it belongs to, or 0
  bool pulled = false;         // known from Alertmanager's list, not by webhook
  std::optional<AlertRefused> refused;
};

// The actions on a target since its latch was last released.
struct Attempts {
  std::deque<base::MonoTime> at;  // each action's intent, oldest first
  base::MonoTime last_ended{};    // end of the last one; its intent while it runs
  std::uint64_t last_incident = 0;
  // How long the target had no incident: since the last action at most, and before each incident that acted,
  // newest last.
  base::Duration health = base::Duration::max();
  std::deque<base::Duration> health_before;
  std::optional<base::MonoTime> closed;  // when its last incident closed
};

// An action that was started.
struct Act {
  base::MonoTime at{};
  std::string playbook;
  bool task = false;
};

// The runs of a task.
struct TaskRuns {
  base::WallTime last_run{};      // start of the newest; epoch: never
  base::WallTime last_success{};  // end of the newest successful one; epoch: never
  double duration = 0;            // of the newest that ended, in seconds
  std::uint64_t failures = 0;     // since the journal began, including interrupted ones
  Counts counts;                  // summed since the journal began
  bool failing = false;           // it was given up until it is due next, and has not succeeded since
};

// The results of a suite's newest run.
struct Found {
  base::WallTime at{};
  std::vector<Finding> list;
};

struct Pause {
  std::string who, reason;
  std::optional<base::MonoTime> until;
};

struct Hold {
  Policy policy{};
  std::string who, reason;
  std::optional<base::MonoTime> until;
};

// A policy that an action brings along.
struct Lease {
  std::uint64_t incident = 0;
  std::string action;
  Policy policy{};
  base::Duration length{};  // zero: until the incident leaves verification and probation
  base::MonoTime until{};   // if it has a length
};

// Trading is halted from the action's intent until the action is undone.
struct Halt {
  std::uint64_t incident = 0;
  std::string action;
};
// In place of an action's name: unknown, because the journal was lost.
inline constexpr std::string_view kLostHalt = "journal";

// An alert that acts on the policy until there is evidence that it is over.
struct AlertCause {
  std::string ruler;  // that reported it; empty: Alertmanager did
  Labels labels;
  base::WallTime starts_at{};   // by the ruler's clock
  std::set<std::string> facts;  // metrics that existed about its subsystem
  bool resolved = false;        // Alertmanager reported it, and the alert is not merely missing
  base::MonoTime changed_at{};  // when Alertmanager last reported a change

  std::string name() const;  // of the alert; "" where it has none
};
// For an alert that a ruler reported; for Alertmanager's the key is the fingerprint.
std::string cause_key(std::string_view ruler, const Labels& labels);

// A rule that acts on the policy and was loaded.
struct KnownRule {
  std::string ruler;
  Labels labels;  // `alertname`, and those that affect the policy
};
std::string rule_key(std::string_view ruler, std::string_view identity);

// Not thread-safe; reads no clock.
class History {
 public:
  // `at` is the record's time in this process's monotonic time. Never fails: an inconsistent record is a fact
  // as well.
  void apply(const Entry& entry, base::MonoTime at);
  // After replay: resets what is counted for one process only, and restarts leases. How long the healer was
  // down is known only by a clock that may have been set, so a lease becomes longer, never shorter.
  void begin_life(base::MonoTime now);

  const std::map<std::string, AlertState>& alerts() const { return alerts_; }  // by fingerprint
  bool firing(const std::string& fingerprint) const;
  bool any_firing(const Incident& incident) const;
  // Those of its alerts that are remembered.
  std::vector<Alert> alerts_of(const Incident& incident) const;
  // Firing alerts that request healing and are not answered yet, by fingerprint.
  const std::set<std::string>& unanswered() const { return unanswered_; }
  // Firing alerts that demand a policy, by fingerprint.
  const std::set<std::string>& demanding() const { return demanding_; }
  // Alerts that act on the policy and are not known to be over, by cause_key() or fingerprint.
  const std::map<std::string, AlertCause>& alert_causes() const { return alert_causes_; }
  // By rule_key().
  const std::map<std::string, KnownRule>& rules() const { return rules_; }

  const Incident* incident(std::uint64_t number) const;
  const std::set<std::uint64_t>& open() const { return open_; }
  // Newest first; at most kClosedLimit are remembered.
  const std::deque<std::uint64_t>& closed() const { return closed_; }
  // Open incidents of a target, oldest first.
  const std::set<std::uint64_t>& open_on(const Target& target) const;
  const std::map<Target, std::set<std::uint64_t>>& open_by_target() const { return open_on_; }
  // Incidents in state intent or running.
  const std::set<std::uint64_t>& acting() const { return acting_; }
  // The actions of the last hour at least, oldest first; at most kActsLimit.
  const std::deque<Act>& acts() const { return acts_; }
  // On trading as a whole each playbook is counted separately: its actions are unrelated to another's.
  const Attempts* attempts(const Target& target, std::string_view playbook) const;

  // nullptr when unknown or forgotten, and for "".
  const Approval* approval(const std::string& id) const;
  // By id: those that may still lead to an action, and the last kDecidedLimit others.
  const std::map<std::string, Approval>& approvals() const { return approvals_; }
  // The ids of those that may still lead to an action.
  const std::set<std::string>& live_approvals() const { return live_approvals_; }
  // Oldest first; at most kRecommendedLimit.
  const std::deque<Recommendation>& recommendations() const { return recommendations_; }
  const Recommendation* recommendation(std::uint64_t number) const;

  const std::optional<Pause>& pause() const { return pause_; }
  const std::optional<Hold>& hold() const { return hold_; }
  bool storm() const { return storm_; }
  const std::optional<Policy>& policy() const { return policy_; }  // none before the first start is complete
  // Where they are stricter than those of policy().
  const std::optional<policy::Permissions>& permissions() const { return permissions_; }
  // What trading may do according to the journal alone, without the causes that it does not contain.
  policy::Permissions permissions_remembered(const policy::RiskProfile& profile) const;
  bool emergency_latched() const { return emergency_latched_; }
  // Those that have not ended, by the action they came with (INC-17/2), or by incident (INC-17) if they last
  // as long as healing.
  const std::map<std::string, Lease>& leases() const { return leases_; }
  // Those that are not undone, by the action they came with.
  const std::map<std::string, Halt>& halts() const { return halts_; }

  const std::map<std::pair<std::string, std::string>, std::uint64_t>& actions_total() const {
    return actions_total_;
  }
  const std::map<DecisionLabels, std::uint64_t>& decisions_total() const { return decisions_total_; }
  const std::vector<HealedIncident>& healed() const { return healed_; }
  const std::map<std::string, TaskRuns>& tasks() const { return tasks_; }  // those that ever ran
  const std::map<std::string, Found>& found() const { return found_; }     // by suite
  // The healer's first start with this journal: a task that never ran counts as last done then. Epoch:
  // unknown.
  base::WallTime first_start() const { return first_start_; }

  static constexpr std::size_t kClosedLimit = 200;
  static constexpr std::size_t kDecidedLimit = 200;
  static constexpr std::size_t kRecommendedLimit = 200;
  static constexpr std::size_t kActsLimit = 10000;

 private:
  // In healer/state/checkpoint.cpp, which names every member of this class and of the structs above.
  template <class Each, class Memory>
  friend void parts_of_history(Each& f, Memory& history);

  struct When {
    std::uint64_t seq = 0;
    base::WallTime wall{};
    base::MonoTime mono{};
  };
  void take(const ProcessStarted& fact, const When& when) {
    needs_evidence_ = needs_evidence_ || fact.needs_evidence;
    if (first_start_ == base::WallTime{}) first_start_ = when.wall;
  }
  void take(const AlertSeen& fact, const When& when);
  void take(const AlertRefused& fact, const When& when);
  void take(const IncidentOpened& fact, const When& when);
  void take(const AlertJoined& fact, const When& when);
  void take(const IncidentMoved& fact, const When& when);
  void take(const ActionIntended& fact, const When& when);
  void take(const ActionFinished& fact, const When& when);
  void take(const SymptomReturned& fact, const When& when);
  void take(const SymptomGone& fact, const When& when);
  void take(const PolicyMoved& fact, const When& when);
  void take(const OperatorActed& fact, const When& when);
  void take(const Expired& fact, const When& when);
  void take(const JournalFailed&, const When&) {}
  void take(const Recommended& fact, const When& when);
  void take(const ApprovalAsked& fact, const When& when);
  void take(const ApprovalAnswered& fact, const When& when);
  void take(const StormMoved& fact, const When&) { storm_ = fact.active; }
  void take(const CauseSeen& fact, const When& when);
  void take(const CauseEnded& fact, const When& when);
  void take(const RulesSeen& fact, const When& when);
  void take(const RulesAccepted& fact, const When& when);
  void note_cause(const Alert& alert, const When& when);

  Incident* find(std::uint64_t number);
  void add_member(Incident& incident, const std::string& fingerprint, const std::string& name);
  std::string how_known(const std::string& fingerprint, const std::string& alert_name) const;
  void close(Incident& incident, const When& when);
  void forget_oldest();
  void decided(Approval& approval, Approval::State state);
  void withdraw_if_moot(const Incident& incident);
  Undoable* undoable(const std::string& action_id);
  void mark_undone(const Incident& by, const When& when);
  Recommendation* current_recommendation(const Incident& incident);
  void count(const std::string& playbook, std::string_view outcome, std::string_view reason);

  std::map<std::string, AlertState> alerts_;
  std::set<std::string> unanswered_;
  std::set<std::string> demanding_;
  std::map<std::uint64_t, Incident> incidents_;
  std::set<std::uint64_t> open_;
  std::deque<std::uint64_t> closed_;
  std::map<Target, std::set<std::uint64_t>> open_on_;
  std::set<std::uint64_t> acting_;
  std::deque<Act> acts_;
  std::map<std::string, Attempts> attempts_;  // by target key
  bool storm_ = false;
  std::optional<Pause> pause_;
  std::optional<Hold> hold_;
  std::optional<Policy> policy_;
  bool emergency_latched_ = false;
  std::optional<policy::Permissions> permissions_;
  std::map<std::string, Lease> leases_;
  std::map<std::string, Halt> halts_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> actions_total_;
  std::map<DecisionLabels, std::uint64_t> decisions_total_;
  std::vector<HealedIncident> healed_;
  std::map<std::string, TaskRuns> tasks_;
  std::map<std::string, Approval> approvals_;
  std::set<std::string> live_approvals_;
  std::deque<std::string> decided_approvals_;  // oldest first
  std::deque<Recommendation> recommendations_;
  std::map<std::string, Found> found_;
  bool needs_evidence_ = false;  // the end of an alert does not end its cause
  std::map<std::string, AlertCause> alert_causes_;
  std::map<std::string, KnownRule> rules_;
  base::WallTime first_start_{};
};

}  // namespace healer
