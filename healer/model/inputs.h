// What happened, as the decider receives it: alerts, results of actions and checks, commands of operators,
// and measurements of the healer and its surroundings.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/operator_command.h"
#include "healer/model/policy/permissions.h"
#include "healer/model/policy/ruler_state.h"
#include "healer/model/self_health.h"

namespace healer {

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
  std::string detail;   // what it did, or why it failed
  bool started = true;  // false: it was not started and did nothing
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
  // Unknown only because data newer than the action has not arrived yet: an earlier answer still counts.
  bool pending = false;
  // The engine says that the container does not run and that nothing will start it: waiting changes nothing.
  bool ended = false;
  std::optional<int> exit_code{};   // of a container that does not run
  std::string last_log_lines = {};  // likewise: the end of its log, with secrets masked; may be empty
};
// Whether Prometheus has just answered.
struct PrometheusInput {
  bool answers = false;
};
// An operator's command, authenticated.
struct OperatorInput {
  OperatorCommand command;
  std::string who;
  std::string reason{};
  std::uint64_t ticket = 0;  // identifies the answer
};
using Input = std::variant<AlertsInput, ActionInput, CheckInput, OperatorInput, SelfHealth, PrometheusInput,
                           policy::RulesInput>;

}  // namespace healer
