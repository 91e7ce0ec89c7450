#include "healer/engine/decider/operator_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "healer/engine/guards/guard.h"
#include "healer/engine/planner.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

// The incident that the record will open.
Incident opened_by(const IncidentOpened& opened) {
  Incident incident;
  incident.playbook = opened.playbook;
  incident.severity = opened.severity;
  incident.target = opened.target;
  incident.undoes = opened.undoes;
  incident.undo = opened.undo;
  return incident;
}

// Who gives which command and why. As in every journal before, the policy of a command that is not about one
// is no_new_trades.
OperatorActed recorded(OperatorActed::Verb verb, const OperatorInput& input) {
  return {.verb = verb,
          .who = input.who,
          .reason = input.reason,
          .length = {},
          .incident = 0,
          .policy = Policy::kNoNewTrades};
}

std::string name_or_unknown(const std::string& who) { return who.empty() ? "unknown" : who; }

std::string container_of(const Target& target) { return target.kind == kContainer ? target.name : ""; }

}  // namespace

base::Result<> OperatorCommands::handle(const OperatorInput& input) {
  return std::visit([&](const auto& command) { return run(command, input); }, input.command);
}

base::Result<> OperatorCommands::commit(Fact fact) {
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, std::move(fact)});
  return commit(pending);
}

base::Result<> OperatorCommands::commit(const PendingEffects& pending) {
  if (!committer_.commit(pending)) return base::fail("the journal cannot be written: {}", durable_.failure());
  return {};
}

base::Result<> OperatorCommands::run(const PauseHealing& pause, const OperatorInput& input) {
  // A pause ends even if its operator forgets it.
  const base::Duration longest = step_.config->guards.longest_pause;
  OperatorActed acted = recorded(OperatorActed::Verb::kPause, input);
  acted.length = pause.length > base::Duration::zero() ? std::min(pause.length, longest) : longest;
  return commit(std::move(acted));
}

base::Result<> OperatorCommands::run(const ResumeHealing&, const OperatorInput& input) {
  if (!durable_.history().pause()) return base::fail("healing is not paused");
  return commit(recorded(OperatorActed::Verb::kResume, input));
}

base::Result<> OperatorCommands::run(const HoldPolicy& hold, const OperatorInput& input) {
  if (hold.policy == Policy::kAllowAll)
    return base::fail("a hold at allow_all has no effect; release the policy instead");
  OperatorActed acted = recorded(OperatorActed::Verb::kHoldPolicy, input);
  acted.policy = hold.policy;
  acted.length = std::max(hold.length, base::Duration::zero());
  return commit(std::move(acted));
}

base::Result<> OperatorCommands::run(const ReleasePolicy&, const OperatorInput& input) {
  if (const auto possible = policy_.can_release(); !possible) return possible;
  if (const auto written = commit(recorded(OperatorActed::Verb::kReleasePolicy, input)); !written)
    return written;
  policy_.release();
  return {};
}

base::Result<> OperatorCommands::run(const ReleaseCause& release, const OperatorInput& input) {
  OperatorActed acted = recorded(OperatorActed::Verb::kReleaseCause, input);
  acted.cause = release.cause;
  auto facts = policy_.release_cause(release.cause);
  if (!facts) return std::unexpected(facts.error());
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, std::move(acted)});
  for (Fact& fact : *facts) pending.records.push_back({step_.now.wall, std::move(fact)});
  return commit(pending);
}

base::Result<> OperatorCommands::run(const ReleaseLease& release, const OperatorInput& input) {
  const History& history = durable_.history();
  if (!history.halts().contains(release.lease)) {
    const auto lease = history.leases().find(release.lease);
    if (lease == history.leases().end())
      return base::fail("unknown lease {}; the causes of the policy list the leases", release.lease);
    if (lease->second.length == base::Duration::zero()) {
      return base::fail("{} holds the policy while healing continues; the hold ends automatically",
                        release.lease);
    }
  }
  OperatorActed acted = recorded(OperatorActed::Verb::kReleaseLease, input);
  acted.lease = release.lease;
  return commit(std::move(acted));
}

base::Result<> OperatorCommands::run(const ReleaseIncident& release, const OperatorInput& input) {
  const auto number = parse_incident_id(release.incident);
  const Incident* incident = number ? durable_.history().incident(*number) : nullptr;
  if (incident == nullptr) return base::fail("unknown incident {}", release.incident);
  if (incident->state != State::kExhausted && incident->refusal != Refusal::kUnverified) {
    return base::fail("incident {} is {}, not exhausted; nothing to release", release.incident,
                      to_string(incident->state));
  }
  OperatorActed acted = recorded(OperatorActed::Verb::kRelease, input);
  acted.incident = *number;
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, std::move(acted)});
  pending.records.push_back({step_.now.wall, IncidentMoved{*number, incident->state, State::kReleased,
                                                           std::nullopt, input.reason}});
  pending.notify.push_back({.kind = Notice::Kind::kReleased,
                            .incident = release.incident,
                            .subsystem = incident->subsystem,
                            .title = release.incident + " was released by " + input.who,
                            .detail = input.reason,
                            .at = step_.now.wall,
                            .container = container_of(incident->target),
                            .playbook = incident->playbook,
                            .action = incident->action});
  return commit(pending);
}

base::Result<> OperatorCommands::run(const ApproveAction& approve, const OperatorInput& input) {
  return answer_approval(approve.approval, ApprovalAnswered::Answer::kApproved, input);
}

base::Result<> OperatorCommands::run(const RejectAction& reject, const OperatorInput& input) {
  return answer_approval(reject.approval, ApprovalAnswered::Answer::kRejected, input);
}

// The same answer again changes nothing and is no error: an operator may press a button twice.
base::Result<> OperatorCommands::answer_approval(const std::string& id, ApprovalAnswered::Answer answer,
                                                 const OperatorInput& input) {
  using enum Approval::State;
  using Answer = ApprovalAnswered::Answer;
  const bool approves = answer == Answer::kApproved;
  const Approval* asked = durable_.history().approval(id);
  if (asked == nullptr) return base::fail("unknown approval {}", id);
  const std::string incident = incident_id(asked->incident);
  switch (asked->state) {
    case kPending:
      break;
    case kApproved:
    case kUsed:
      if (approves) return {};
      return base::fail("{} was approved by {}{}", id, asked->who,
                        asked->state == kUsed ? " and its action has started" : "");
    case kRejected:
      if (!approves) return {};
      return base::fail("{} was rejected by {}", id, asked->who);
    case kExpired:
      return base::fail("{} expired at {}", id, base::rfc3339(asked->expires_at));
    case kWithdrawn:
      return base::fail("{} was withdrawn; {} continued without it", id, incident);
  }
  if (step_.now.mono >= asked->until)
    return base::fail("{} expired at {}", id, base::rfc3339(asked->expires_at));
  const std::string description = asked->description;
  const std::string_view verdict = approves ? "approved" : "rejected";
  PendingEffects pending;
  pending.records.push_back(
      {step_.now.wall, ApprovalAnswered{id, asked->incident, answer, input.who, input.reason}});
  pending.notify.push_back(
      {.kind = Notice::Kind::kApprovalDecided,
       .incident = incident,
       .title = fmt::format("{} was {} by {}", id, verdict, input.who),
       .detail = description,
       .more = input.reason.empty() ? std::vector<std::string>() : std::vector{input.reason},
       .at = step_.now.wall,
       .container = container_of(asked->target),
       .playbook = asked->playbook,
       .action = fmt::format("{} ({})", asked->action, asked->action_id),
       .next_step = approves ? ""
                             : fmt::format("Fix the cause by hand; then: salusctl release {} --reason TEXT",
                                           incident)});
  return commit(pending);
}

bool OperatorCommands::waits_for_release(const Incident& open, const IncidentOpened& opened) const {
  return open.state == State::kExhausted && !independent(opened_by(opened), open, *step_.config);
}

// The limits of automatic healing do not apply to an operator's run. What would disrupt something that is
// being healed, or cannot be relied on, is refused at once, with the reason.
std::string OperatorCommands::cannot_run(const IncidentOpened& opened, const Playbook& playbook) const {
  const History& history = durable_.history();
  const bool disrupts = std::ranges::any_of(playbook.rungs, &Rung::disruptive);
  if (const std::string& why = self_health_.first(); disrupts && !why.empty())
    return "the healer is unhealthy: " + why;
  for (const std::uint64_t number : history.open_on(opened.target)) {
    const Incident& open = *history.incident(number);
    if (open.playbook != opened.playbook || open.state == State::kExhausted) continue;
    const bool waits = open.state == State::kAccepted || open.state == State::kGated;
    if (!waits) return open.id() + " already runs this playbook";
    if (!open.started_by.empty())
      return fmt::format("{} already runs this playbook, and waits: {}", open.id(), open.refusal_detail);
    if (open.refusal == Refusal::kApproval)
      return fmt::format("{} waits for an approval: salusctl approve {}", open.id(), open.approval);
  }
  if (const auto busy = guards::busy(opened_by(opened), *step_.config, history)) return busy->detail;
  return "";
}

// From here on it is handled like any incident: guards, intent, action, verification.
base::Result<> OperatorCommands::run(const RunPlaybook& wanted, const OperatorInput& input) {
  const auto wish = read_wish(wanted.playbook, wanted.target, *step_.config);
  if (!wish) return std::unexpected(wish.error());
  if (const auto& pause = durable_.history().pause())
    return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened{.playbook = wanted.playbook,
                              .subsystem = wish->subsystem,
                              .severity = "info",
                              .target = wish->target,
                              .fingerprint = "",
                              .alert_name = "",
                              .alert_starts_at = step_.now.wall,
                              .started_by = name_or_unknown(input.who),
                              .reason = input.reason};
  if (const std::string why = cannot_run(opened, *wish->playbook); !why.empty()) return base::fail("{}", why);
  return commit(opened);
}

// The same request again changes nothing and is no error: an operator may press a button twice.
base::Result<> OperatorCommands::run(const UndoAction& undo, const OperatorInput& input) {
  const ActionName name = parse_action_id(undo.action_id);
  const Incident* incident = durable_.history().incident(name.incident);
  if (incident == nullptr || name.count > incident->actions)
    return base::fail("unknown action {}, or it is no longer remembered", undo.action_id);
  const auto found = incident->undoable.find(name.count);
  if (found == incident->undoable.end())
    return base::fail("{} cannot be undone; no undo is known for it", undo.action_id);
  if (found->second.undone || found->second.incident != 0) return {};
  if (const auto& pause = durable_.history().pause())
    return base::fail("healing is paused: {}", pause->reason);
  const IncidentOpened opened =
      open_undo(*incident, name.count, name_or_unknown(input.who), input.reason, step_.now.wall);
  for (const std::uint64_t number : durable_.history().open_on(opened.target)) {
    const Incident& open = *durable_.history().incident(number);
    if (waits_for_release(open, opened)) return base::fail("{} waits for an operator's release", open.id());
  }
  return commit(opened);
}

}  // namespace healer
