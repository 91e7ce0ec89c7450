// Operators' commands.
#include <fmt/format.h>

#include <algorithm>

#include "healer/engine/decider/decider.h"
#include "healer/engine/planner.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

// The incident that the record will open.
Incident asked_for(const IncidentOpened& opened) {
  Incident incident;
  incident.playbook = opened.playbook;
  incident.target = opened.target;
  incident.undoes = opened.undoes;
  incident.undo = opened.undo;
  return incident;
}

}  // namespace

base::Result<> Decider::obey(const OperatorInput& input) {
  using enum OperatorInput::Verb;
  if (input.verb == kApprove || input.verb == kReject) return answer_question(input);
  if (input.verb == kRun) return run_by_hand(input);
  if (input.verb == kUndo) return take_back(input);
  const auto number = parse_incident_id(input.incident);
  PendingEffects pending;
  pending.records.push_back(
      {now_.wall, OperatorActed{.verb = input.verb,
                                .who = input.who,
                                .reason = input.reason,
                                .length = std::max(input.length, base::Duration::zero()),
                                .incident = input.verb == kRelease ? number.value_or(0) : 0,
                                .policy = input.policy,
                                .lease = input.verb == kReleaseLease ? input.lease : "",
                                .cause = input.verb == kReleaseCause ? input.cause : ""}});
  switch (input.verb) {
    case kApprove:
    case kReject:
    case kRun:
    case kUndo:
      break;
    case kPause: {
      // A pause ends even if its operator forgets it.
      const base::Duration longest = config_->guards.longest_pause;
      auto& length = std::get<OperatorActed>(pending.records.front().fact).length;
      if (length == base::Duration::zero() || length > longest) length = longest;
      break;
    }
    case kResume:
      if (!history_.pause()) return base::fail("healing is not paused");
      break;
    case kHoldPolicy:
      if (input.policy == Policy::kAllowAll)
        return base::fail("a hold at allow_all has no effect; release the policy instead");
      break;
    case kReleasePolicy:
      if (!history_.hold() && !standing_.latched) return base::fail("the policy is not held by an operator");
      for (const policy::Cause& cause : causes_) {
        if (cause.demands == Policy::kEmergencyShutdown && cause.what != policy::kOperatorHold) {
          return base::fail("emergency_shutdown is still demanded by: {}", cause.what);
        }
      }
      break;
    case kReleaseCause: {
      auto facts = policy::Chain::release(verdict_, input.cause);
      if (!facts) return std::unexpected(facts.error());
      for (Fact& fact : *facts) pending.records.push_back({now_.wall, std::move(fact)});
      chain_changed_ = true;
      break;
    }
    case kReleaseLease: {
      const auto lease = history_.leases().find(input.lease);
      if (history_.halts().contains(input.lease)) break;
      if (lease == history_.leases().end())
        return base::fail("unknown lease {}; the causes of the policy list the leases", input.lease);
      if (lease->second.length == base::Duration::zero()) {
        return base::fail("{} holds the policy while healing continues; the hold ends automatically",
                          input.lease);
      }
      break;
    }
    case kRelease: {
      const Incident* incident = number ? history_.incident(*number) : nullptr;
      if (incident == nullptr) return base::fail("unknown incident {}", input.incident);
      if (incident->state != State::kExhausted) {
        return base::fail("incident {} is {}, not exhausted; nothing to release", input.incident,
                          to_string(incident->state));
      }
      pending.records.push_back({now_.wall, IncidentMoved{*number, State::kExhausted, State::kReleased,
                                                          std::nullopt, input.reason}});
      pending.notify.push_back({.kind = Notice::Kind::kReleased,
                                .incident = input.incident,
                                .subsystem = incident->subsystem,
                                .title = input.incident + " was released by " + input.who,
                                .detail = input.reason,
                                .at = now_.wall});
      break;
    }
  }
  if (!commit(pending)) return base::fail("the journal cannot be written: {}", failure_);
  if (input.verb == kReleasePolicy) standing_ = policy::release(standing_);
  return {};
}

// The same answer again changes nothing and is no error: an operator may press a button twice.
base::Result<> Decider::answer_question(const OperatorInput& input) {
  using enum Approval::State;
  using Answer = ApprovalAnswered::Answer;
  const bool approves = input.verb == OperatorInput::Verb::kApprove;
  const Approval* asked = history_.approval(input.approval);
  if (asked == nullptr) return base::fail("unknown approval {}", input.approval);
  const std::string incident = incident_id(asked->incident);
  switch (asked->state) {
    case kPending:
      break;
    case kApproved:
    case kUsed:
      if (approves) return {};
      return base::fail("{} was approved by {}{}", input.approval, asked->who,
                        asked->state == kUsed ? " and its action has started" : "");
    case kRejected:
      if (!approves) return {};
      return base::fail("{} was rejected by {}", input.approval, asked->who);
    case kExpired:
      return base::fail("{} expired at {}", input.approval, base::rfc3339(asked->expires_at));
    case kWithdrawn:
      return base::fail("{} was withdrawn; {} continued without it", input.approval, incident);
  }
  if (now_.mono >= asked->until)
    return base::fail("{} expired at {}", input.approval, base::rfc3339(asked->expires_at));
  const std::string description = asked->description;
  const std::string_view verdict = approves ? "approved" : "rejected";
  PendingEffects pending;
  pending.records.push_back({now_.wall, ApprovalAnswered{input.approval, asked->incident,
                                                         approves ? Answer::kApproved : Answer::kRejected,
                                                         input.who, input.reason}});
  pending.notify.push_back(
      {.kind = Notice::Kind::kApprovalDecided,
       .incident = incident,
       .title = fmt::format("{} was {} by {}", input.approval, verdict, input.who),
       .detail = description,
       .more = input.reason.empty() ? std::vector<std::string>() : std::vector{input.reason},
       .at = now_.wall});
  if (!commit(pending)) return base::fail("the journal cannot be written: {}", failure_);
  return {};
}

// From here on it is handled like any incident: guards, intent, action, verification.
base::Result<> Decider::run_by_hand(const OperatorInput& input) {
  const auto wish = read_wish(input.playbook, input.target, *config_);
  if (!wish) return std::unexpected(wish.error());
  if (const auto& pause = history_.pause()) return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened{.playbook = input.playbook,
                              .subsystem = wish->subsystem,
                              .severity = "info",
                              .target = wish->target,
                              .fingerprint = "",
                              .alert_name = "",
                              .alert_starts_at = now_.wall,
                              .asked_by = input.who.empty() ? "unknown" : input.who,
                              .reason = input.reason};
  for (const std::uint64_t number : history_.open_on(wish->target)) {
    const Incident& open = *history_.incident(number);
    if (open.state == State::kExhausted && !independent(asked_for(opened), open, *config_))
      return base::fail("{} waits for an operator's release", open.id());
    if (open.playbook == input.playbook) return base::fail("{} already runs this playbook", open.id());
  }
  PendingEffects pending;
  pending.records.push_back({now_.wall, opened});
  if (!commit(pending)) return base::fail("the journal cannot be written: {}", failure_);
  return {};
}

// The same request again changes nothing and is no error: an operator may press a button twice.
base::Result<> Decider::take_back(const OperatorInput& input) {
  const ActionName name = parse_action_id(input.action_id);
  const Incident* incident = history_.incident(name.incident);
  if (incident == nullptr || name.count > incident->actions)
    return base::fail("unknown action {}, or it is no longer remembered", input.action_id);
  const auto found = incident->undoable.find(name.count);
  if (found == incident->undoable.end())
    return base::fail("{} cannot be undone; no undo is known for it", input.action_id);
  if (found->second.taken_back || found->second.incident != 0) return {};
  if (const auto& pause = history_.pause()) return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened =
      open_undo(*incident, name.count, input.who.empty() ? "unknown" : input.who, input.reason, now_.wall);
  for (const std::uint64_t number : history_.open_on(opened.target)) {
    const Incident& open = *history_.incident(number);
    if (open.state == State::kExhausted && !independent(asked_for(opened), open, *config_))
      return base::fail("{} waits for an operator's release", open.id());
  }
  PendingEffects pending;
  pending.records.push_back({now_.wall, opened});
  if (!commit(pending)) return base::fail("the journal cannot be written: {}", failure_);
  return {};
}

}  // namespace healer
