// The decider's interface to the outside. No call blocks; results come back as an Input. The application runs
// requests on its own threads; scenarios script them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/config.h"
#include "healer/fitness.h"
#include "healer/model.h"
#include "healer/notice.h"
#include "healer/policy/permissions.h"
#include "healer/policy/ruler_state.h"

namespace healer {

// Run one rung's action. Its intent is durable before this is called.
struct ActionOrder {
  std::string action_id;  // INC-17/2: the incident and the count of its actions
  std::string incident;
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  base::Duration timeout{};
  base::WallTime incident_since{};  // when the incident was opened
  std::optional<Undo> undo{};       // this in place of the rung's action
};

// Check once whether the target is healthy, in facts newer than `facts_after`.
struct CheckOrder {
  std::string incident;
  std::uint64_t round = 0;  // returned with the answer, so that an answer to an older request is recognised
  Target target;
  Verify verify;
  std::vector<Alert> alerts;  // which must no longer be firing
  base::WallTime facts_after{};
};

// What the trading system reads: GET /policy and the policy file.
struct PolicyDocument {
  Policy policy = Policy::kNoNewTrades;
  policy::Permissions permissions{};  // what all causes allow: at most what the policy's name does
  std::vector<std::string> causes;    // why it is not looser; stable order
  base::WallTime issued_at{};
  base::WallTime valid_until{};  // afterwards clients must apply no_new_trades
  std::uint64_t sequence = 0;    // increases with each document, also over restarts
  // The journal's last record when it was issued. A start that finds fewer records knows that some are
  // missing.
  std::uint64_t journal_record = 0;
};

class Effects {
 public:
  virtual ~Effects() = default;
  // What the action would do, as text for the intent and for notices. Pure.
  virtual std::string describe(const ActionOrder& order) const = 0;
  // Links to answer a request for approval: name → URL. Each contains a signed token, so they are sent to
  // operators and never logged. Pure. Empty without external_url.
  virtual std::vector<std::pair<std::string, std::string>> approval_links(
      const std::string& /*approval*/, base::WallTime /*expires_at*/,
      const std::string& /*description*/) const {
    return {};
  }
  virtual void run(const ActionOrder& order) = 0;
  virtual void check(const CheckOrder& order) = 0;
  // The error: the policy file cannot be written. The same document again is a retry of the file alone.
  virtual base::Result<> publish(const PolicyDocument& document) = 0;
  // Outputs that could not be updated and still hold a valid document that allows more than the newest one.
  virtual std::vector<std::string> outputs_behind() const { return {}; }
  virtual void notify(const Notice& notice) = 0;
  // Requests Alertmanager's whole list soon. False: no Alertmanager is configured.
  virtual bool ask_alertmanager() { return false; }
  // Answers an operator's command, after its changes are durable.
  virtual void answer(std::uint64_t ticket, const base::Result<>& result) = 0;
};

// ---- what comes back -------------------------------------------------------------------------

// The alerts of a webhook delivery, already in the journal, or Alertmanager's whole list (reconcile).
struct AlertsInput {
  std::vector<Alert> alerts{};
  bool truncated = false;  // Alertmanager left alerts out: the next list has them
  bool unwritten = false;  // the delivery could not be made durable: only the policy it demands counts
  bool whole = false;  // every alert of Alertmanager: one that stays missing has ended, while the Watchdog
                       // is among them
  // Of a whole list, filled by webhook::parse_list:
  // These must not be healed, by fingerprint, with the reason: silenced, inhibited, muted, or routed to other
  // receivers. They have not ended. Those that demand a policy are in `alerts` as well.
  std::map<std::string, std::string> held{};
  base::MonoTime asked_at{};  // just before the request: later changes are newer than the list
  // A route to the healer has time intervals, and this Alertmanager does not report whether they mute an
  // alert. Only a recent delivery proves that they do not.
  bool deliveries_only = false;
  // Watchdogs and alerts with heal or policy: those that are routed to the healer, and the others.
  std::size_t here = 0;
  std::size_t elsewhere = 0;
  // Of a large body that arrives in pieces: its number, the same in all pieces, and whether more follow. No
  // new incident is opened before the last piece, so that a storm is recognised as a whole.
  std::uint64_t body = 0;
  bool more = false;
  // Part of a whole list that follows: its demanded policies apply already, but only the whole list shows
  // what may be healed.
  bool listed = false;
};
struct ActionInput {
  std::string action_id;
  std::string incident;
  bool ok = false;
  std::string detail;  // what it did, or why it failed
  bool begun = true;   // false: it was not started and did nothing
  Counts counts{};
  Findings findings{};
  std::optional<Written> written{};
  std::optional<Undo> undo{};  // how to undo it; none: it cannot be undone
};
struct CheckInput {
  enum class Verdict { kHealthy, kUnhealthy, kUnknown };
  std::string incident;
  std::uint64_t round = 0;
  Verdict verdict = Verdict::kUnknown;
  base::WallTime observed_at{};  // of the sample that says so
  std::string detail;
  // The facts are healthy, and only alerts without a rule in Prometheus still fire.
  bool contradicts = false;
};
// Whether Prometheus has just answered.
struct PrometheusInput {
  bool answers = false;
};
// An operator's command, authenticated.
struct OperatorInput {
  enum class Verb {
    kPause,
    kResume,
    kRelease,
    kHoldPolicy,
    kReleasePolicy,
    kReleaseLease,
    kReleaseCause,
    kApprove,
    kReject,
    kRun,
    kUndo
  };
  Verb verb{};
  std::string who;
  std::string reason;
  base::Duration length{};               // pause, hold: zero means until resumed or released
  std::string incident;                  // release
  std::string approval;                  // approve, reject
  Policy policy = Policy::kNoNewTrades;  // hold
  std::uint64_t ticket = 0;              // identifies the answer
  std::string lease{};                   // release of a lease: INC-17/2
  std::string cause{};                   // release of a cause: its text, or the name of its alert or rule
  std::string action_id{};               // undo: likewise
  std::string playbook{};                // run
  std::string target{};                  // run: a declared container or subsystem; empty: the playbook's task
};
using Input = std::variant<AlertsInput, ActionInput, CheckInput, OperatorInput, Fitness, PrometheusInput,
                           policy::RulesInput>;

}  // namespace healer
