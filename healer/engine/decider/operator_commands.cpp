#include "healer/engine/decider/operator_commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "healer/engine/planner.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

// The incident that the record will open.
Incident opened_by(const IncidentOpened& opened) {
  Incident incident;
  incident.playbook = opened.playbook;
  incident.target = opened.target;
  incident.undoes = opened.undoes;
  incident.undo = opened.undo;
  return incident;
}

}  // namespace

base::Result<> OperatorCommands::handle(const OperatorInput& input) {
  using enum OperatorInput::Verb;
  if (input.verb == kApprove || input.verb == kReject) return answer_approval(input);
  if (input.verb == kRun) return run_playbook(input);
  if (input.verb == kUndo) return undo_action(input);
  const auto number = parse_incident_id(input.incident);
  PendingEffects pending;
  pending.records.push_back(
      {step_.now.wall, OperatorActed{.verb = input.verb,
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
      const base::Duration longest = step_.config->guards.longest_pause;
      auto& length = std::get<OperatorActed>(pending.records.front().fact).length;
      if (length == base::Duration::zero() || length > longest) length = longest;
      break;
    }
    case kResume:
      if (!durable_.history().pause()) return base::fail("healing is not paused");
      break;
    case kHoldPolicy:
      if (input.policy == Policy::kAllowAll)
        return base::fail("a hold at allow_all has no effect; release the policy instead");
      break;
    case kReleasePolicy:
      if (const auto possible = policy_.can_release(); !possible) return possible;
      break;
    case kReleaseCause: {
      auto facts = policy_.release_cause(input.cause);
      if (!facts) return std::unexpected(facts.error());
      for (Fact& fact : *facts) pending.records.push_back({step_.now.wall, std::move(fact)});
      break;
    }
    case kReleaseLease: {
      const auto lease = durable_.history().leases().find(input.lease);
      if (durable_.history().halts().contains(input.lease)) break;
      if (lease == durable_.history().leases().end())
        return base::fail("unknown lease {}; the causes of the policy list the leases", input.lease);
      if (lease->second.length == base::Duration::zero()) {
        return base::fail("{} holds the policy while healing continues; the hold ends automatically",
                          input.lease);
      }
      break;
    }
    case kRelease: {
      const Incident* incident = number ? durable_.history().incident(*number) : nullptr;
      if (incident == nullptr) return base::fail("unknown incident {}", input.incident);
      if (incident->state != State::kExhausted) {
        return base::fail("incident {} is {}, not exhausted; nothing to release", input.incident,
                          to_string(incident->state));
      }
      pending.records.push_back({step_.now.wall, IncidentMoved{*number, State::kExhausted, State::kReleased,
                                                               std::nullopt, input.reason}});
      pending.notify.push_back({.kind = Notice::Kind::kReleased,
                                .incident = input.incident,
                                .subsystem = incident->subsystem,
                                .title = input.incident + " was released by " + input.who,
                                .detail = input.reason,
                                .at = step_.now.wall});
      break;
    }
  }
  if (!committer_.commit(pending)) return base::fail("the journal cannot be written: {}", durable_.failure());
  if (input.verb == kReleasePolicy) policy_.release();
  return {};
}

// The same answer again changes nothing and is no error: an operator may press a button twice.
base::Result<> OperatorCommands::answer_approval(const OperatorInput& input) {
  using enum Approval::State;
  using Answer = ApprovalAnswered::Answer;
  const bool approves = input.verb == OperatorInput::Verb::kApprove;
  const Approval* asked = durable_.history().approval(input.approval);
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
  if (step_.now.mono >= asked->until)
    return base::fail("{} expired at {}", input.approval, base::rfc3339(asked->expires_at));
  const std::string description = asked->description;
  const std::string_view verdict = approves ? "approved" : "rejected";
  PendingEffects pending;
  pending.records.push_back(
      {step_.now.wall,
       ApprovalAnswered{input.approval, asked->incident, approves ? Answer::kApproved : Answer::kRejected,
                        input.who, input.reason}});
  pending.notify.push_back(
      {.kind = Notice::Kind::kApprovalDecided,
       .incident = incident,
       .title = fmt::format("{} was {} by {}", input.approval, verdict, input.who),
       .detail = description,
       .more = input.reason.empty() ? std::vector<std::string>() : std::vector{input.reason},
       .at = step_.now.wall});
  if (!committer_.commit(pending)) return base::fail("the journal cannot be written: {}", durable_.failure());
  return {};
}

// From here on it is handled like any incident: guards, intent, action, verification.
base::Result<> OperatorCommands::run_playbook(const OperatorInput& input) {
  const auto wish = read_wish(input.playbook, input.target, *step_.config);
  if (!wish) return std::unexpected(wish.error());
  if (const auto& pause = durable_.history().pause())
    return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened{.playbook = input.playbook,
                              .subsystem = wish->subsystem,
                              .severity = "info",
                              .target = wish->target,
                              .fingerprint = "",
                              .alert_name = "",
                              .alert_starts_at = step_.now.wall,
                              .started_by = input.who.empty() ? "unknown" : input.who,
                              .reason = input.reason};
  for (const std::uint64_t number : durable_.history().open_on(wish->target)) {
    const Incident& open = *durable_.history().incident(number);
    if (open.state == State::kExhausted && !independent(opened_by(opened), open, *step_.config))
      return base::fail("{} waits for an operator's release", open.id());
    if (open.playbook == input.playbook) return base::fail("{} already runs this playbook", open.id());
  }
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, opened});
  if (!committer_.commit(pending)) return base::fail("the journal cannot be written: {}", durable_.failure());
  return {};
}

// The same request again changes nothing and is no error: an operator may press a button twice.
base::Result<> OperatorCommands::undo_action(const OperatorInput& input) {
  const ActionName name = parse_action_id(input.action_id);
  const Incident* incident = durable_.history().incident(name.incident);
  if (incident == nullptr || name.count > incident->actions)
    return base::fail("unknown action {}, or it is no longer remembered", input.action_id);
  const auto found = incident->undoable.find(name.count);
  if (found == incident->undoable.end())
    return base::fail("{} cannot be undone; no undo is known for it", input.action_id);
  if (found->second.undone || found->second.incident != 0) return {};
  if (const auto& pause = durable_.history().pause())
    return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened = open_undo(*incident, name.count, input.who.empty() ? "unknown" : input.who,
                                          input.reason, step_.now.wall);
  for (const std::uint64_t number : durable_.history().open_on(opened.target)) {
    const Incident& open = *durable_.history().incident(number);
    if (open.state == State::kExhausted && !independent(opened_by(opened), open, *step_.config))
      return base::fail("{} waits for an operator's release", open.id());
  }
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, opened});
  if (!committer_.commit(pending)) return base::fail("the journal cannot be written: {}", durable_.failure());
  return {};
}

}  // namespace healer
