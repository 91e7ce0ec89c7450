// What the decider asks of the world. No call blocks; what comes of an order comes back as an Input.
// The application carries them out on its own threads; scenarios script them.
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

// Run one rung's action. Its intent is durable when this is asked.
struct ActionOrder {
  std::string action_id;  // INC-17/2: the incident and the count of its actions
  std::string incident;
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  base::Duration timeout{};
  base::WallTime incident_since{};  // when the incident was opened
  std::optional<Undo> undo{};       // this in place of what the rung says
};

// Look once whether the target is healthy, in facts that are newer than `facts_after`.
struct CheckOrder {
  std::string incident;
  std::uint64_t round = 0;  // given back, so that an answer to an older question is recognised
  Target target;
  Verify verify;
  std::vector<Alert> alerts;  // which must no longer be firing
  base::WallTime facts_after{};
};

// What the trading system reads: GET /policy and the policy file.
struct PolicyDocument {
  Policy policy = Policy::kNoNewTrades;
  policy::Permissions permissions{};  // what all causes allow: at most what the policy's word does
  std::vector<std::string> causes;    // why it is not looser; stable order
  base::WallTime issued_at{};
  base::WallTime valid_until{};  // afterwards a client must take it for no_new_trades
  std::uint64_t sequence = 0;    // grows with each document, also over restarts
  // The journal's last record when it was issued: a start that finds fewer records knows that some are
  // missing.
  std::uint64_t journal_record = 0;
};

class Effects {
 public:
  virtual ~Effects() = default;
  // What the action would do, in words; for the intent and for notices. Pure.
  virtual std::string describe(const ActionOrder& order) const = 0;
  // Where a person may answer a question: name → URL. Each carries a signed token, so they are shown to
  // people and never logged. Pure. None where nothing is known of an address.
  virtual std::vector<std::pair<std::string, std::string>> approval_links(
      const std::string& /*approval*/, base::WallTime /*expires_at*/,
      const std::string& /*description*/) const {
    return {};
  }
  virtual void run(const ActionOrder& order) = 0;
  virtual void check(const CheckOrder& order) = 0;
  // The error: the policy file cannot be written. The same document again is a retry of the file alone.
  virtual base::Result<> publish(const PolicyDocument& document) = 0;
  // Outputs that could not be updated, and on which a reader still finds a valid document that allows more
  // than the newest one.
  virtual std::vector<std::string> outputs_behind() const { return {}; }
  virtual void notify(const Notice& notice) = 0;
  // Asks for Alertmanager's whole list soon. False: there is no Alertmanager to ask.
  virtual bool ask_alertmanager() { return false; }
  // The answer to an operator's command, after what it changed is durable.
  virtual void answer(std::uint64_t ticket, const base::Result<>& result) = 0;
};

// ---- what comes back -------------------------------------------------------------------------

// What a webhook delivered, in the journal already, or the whole list that Alertmanager holds (reconcile).
struct AlertsInput {
  std::vector<Alert> alerts{};
  bool truncated = false;  // Alertmanager left alerts out: the next list has them
  bool unwritten = false;  // the delivery could not be made durable: only the policy it demands counts
  bool whole = false;  // every alert Alertmanager knows: one that stays missing has ended, while the Watchdog
                       // is among them
  // Of a whole list, filled by webhook::parse_list:
  // Nothing may be healed for these, by fingerprint, with the reason: silenced, inhibited, muted, or routed
  // to other receivers. They have not ended. Those that demand a policy are in `alerts` as well.
  std::map<std::string, std::string> held{};
  base::MonoTime asked_at{};  // just before the question: what changed since is newer than the list
  // A route to the healer has time intervals, and this Alertmanager does not show whether they mute an alert:
  // only a recent delivery proves that they do not.
  bool deliveries_only = false;
  // Of Watchdogs and alerts that ask for something: those that are routed to the healer, and the others.
  std::size_t here = 0;
  std::size_t elsewhere = 0;
  // Of a large body that comes in pieces: its number, the same in all of them, and whether more follow. No
  // new incident is opened before the last one, so that a storm is seen as a whole.
  std::uint64_t body = 0;
  bool more = false;
  // Part of a whole list that follows: what it demands holds already, but only the whole list says what may
  // be healed.
  bool listed = false;
};
struct ActionInput {
  std::string action_id;
  std::string incident;
  bool ok = false;
  std::string detail;  // what it did, or why it failed
  bool begun = true;   // false: it could not be started, so that nothing was done
  Counts counts{};
  Findings findings{};
  std::optional<Written> written{};
  std::optional<Undo> undo{};  // what takes it back; none: nothing does
};
struct CheckInput {
  enum class Verdict { kHealthy, kUnhealthy, kUnknown };
  std::string incident;
  std::uint64_t round = 0;
  Verdict verdict = Verdict::kUnknown;
  base::WallTime observed_at{};  // of the sample that says so
  std::string detail;
  // The facts are healthy, and of its alerts only those fire that Prometheus has no rule for.
  bool contradicts = false;
};
// Whether Prometheus has just answered.
struct PrometheusInput {
  bool answers = false;
};
// A person's command, authenticated.
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
  std::uint64_t ticket = 0;              // the answer is posted under it
  std::string lease{};                   // release of a lease: INC-17/2
  std::string cause{};                   // release of a cause: its words, or the name of its alert or rule
  std::string action_id{};               // undo: likewise
  std::string playbook{};                // run
  std::string target{};                  // run: a declared container or subsystem; empty: the playbook's task
};
using Input = std::variant<AlertsInput, ActionInput, CheckInput, OperatorInput, Fitness, PrometheusInput,
                           policy::RulesInput>;

}  // namespace healer
