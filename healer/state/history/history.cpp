#include "healer/state/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "healer/state/priority.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

constexpr std::size_t kSearchedMembers = 100;

// An interrupted one counts as being healed until a check.
bool is_being_healed(State state) {
  return state == State::kIntent || state == State::kRunning || state == State::kUnknown ||
         state == State::kVerifying || state == State::kProbation;
}

// Applies a move to the recommendation before it.
void note_move(Recommendation& recommended, const IncidentMoved& fact) {
  using Outcome = Recommendation::Outcome;
  if (recommended.outcome == Outcome::kExecuted) return;
  if (fact.refusal) {
    recommended.outcome = Outcome::kRefused;
    recommended.refusal = fact.refusal;
    recommended.detail = fact.detail;
  } else if (fact.to == State::kVerifying || !is_open(fact.to)) {
    recommended.outcome = Outcome::kWithdrawn;
    recommended.detail = fact.detail;
  }
}

}  // namespace

void History::apply(const Entry& entry, base::MonoTime at) {
  const When when{entry.seq, entry.record.at, at};
  std::visit([&](const auto& fact) { take(fact, when); }, entry.record.fact);
}

void History::begin_life(base::MonoTime now) {
  healed_.clear();
  for (auto& [id, lease] : leases_) {
    lease.until = now + lease.length;
    // Journals of versions without halts have only the lease.
    if (halts_trading(lease.action) && lease.length > base::Duration::zero())
      halts_.try_emplace(id, Halt{lease.incident, lease.action});
  }
  // A checkpoint of an earlier version names no causes.
  for (const std::string& fingerprint : demanding_) {
    const auto alert = alerts_.find(fingerprint);
    if (alert != alerts_.end() && !alert_causes_.contains(fingerprint))
      note_cause(alert->second.alert, {.mono = now});
  }
}

bool History::firing(const std::string& fingerprint) const {
  const auto found = alerts_.find(fingerprint);
  return found != alerts_.end() && found->second.alert.firing;
}

std::vector<Alert> History::alerts_of(const Incident& incident) const {
  std::vector<Alert> alerts;
  for (const Member& member : incident.members) {
    const auto found = alerts_.find(member.fingerprint);
    if (found != alerts_.end()) alerts.push_back(found->second.alert);
  }
  return alerts;
}

bool History::any_firing(const Incident& incident) const {
  return std::any_of(incident.members.begin(), incident.members.end(),
                     [this](const Member& member) { return firing(member.fingerprint); });
}

const Incident* History::incident(std::uint64_t number) const {
  const auto found = incidents_.find(number);
  return found == incidents_.end() ? nullptr : &found->second;
}

Incident* History::find(std::uint64_t number) {
  const auto found = incidents_.find(number);
  return found == incidents_.end() ? nullptr : &found->second;
}

const std::set<std::uint64_t>& History::open_on(const Target& target) const {
  static const std::set<std::uint64_t> kNone;
  const auto found = open_on_.find(target);
  return found == open_on_.end() ? kNone : found->second;
}

const Attempts* History::attempts(const Target& target, std::string_view playbook) const {
  const auto found = attempts_.find(attempts_key(target, playbook));
  return found == attempts_.end() ? nullptr : &found->second;
}

void History::take(const AlertSeen& fact, const When& when) {
  const Alert& alert = fact.alert;
  const auto found = alerts_.find(alert.fingerprint);
  const std::uint64_t number = found == alerts_.end() ? 0 : found->second.incident;
  if (alert.firing && !alert.label("policy").empty()) {
    demanding_.insert(alert.fingerprint);
  } else {
    demanding_.erase(alert.fingerprint);
  }
  note_cause(alert, when);
  if (!alert.firing && number == 0) {
    if (found != alerts_.end()) alerts_.erase(found);
    unanswered_.erase(alert.fingerprint);
    return;
  }
  alerts_[alert.fingerprint] = AlertState{
      .alert = alert, .changed_at = when.mono, .incident = number, .pulled = fact.pulled, .refused = {}};
  if (number == 0) {
    if (!alert.label("heal").empty()) unanswered_.insert(alert.fingerprint);
  } else if (Incident* incident = find(number); incident != nullptr) {
    if (alert.firing) {
      ++incident->firings;
      const auto member = std::ranges::find(incident->members, alert.fingerprint, &Member::fingerprint);
      if (member != incident->members.end()) member->starts_at = alert.starts_at;
    } else {
      tell(*incident, when.wall, "alert_ended", std::string(alert.label("alertname")));
    }
  }
}

void History::take(const AlertRefused& fact, const When&) {
  count(fact.refusal == Refusal::kUnknownPlaybook ? "unknown" : fact.playbook, "refuse",
        to_string(fact.refusal));
  unanswered_.erase(fact.fingerprint);
  const auto found = alerts_.find(fact.fingerprint);
  if (found != alerts_.end()) found->second.refused = fact;
}

void History::take(const IncidentOpened& fact, const When& when) {
  Incident& incident = incidents_[when.seq];
  incident.number = when.seq;
  incident.playbook = fact.playbook;
  incident.subsystem = fact.subsystem;
  incident.severity = fact.severity;
  incident.target = fact.target;
  incident.alert_starts_at = fact.alert_starts_at;
  incident.opened_at = when.wall;
  incident.since = when.mono;
  open_.insert(when.seq);
  std::set<std::uint64_t>& on_target = open_on_[fact.target];
  Attempts& attempts = attempts_[attempts_key(fact.target, fact.playbook)];
  const bool alone = fact.target.kind != kTrading
                         ? on_target.empty()
                         : std::ranges::none_of(on_target, [&](std::uint64_t number) {
                             return incidents_.at(number).playbook == fact.playbook;
                           });
  if (alone && attempts.closed) attempts.health = std::max(attempts.health, when.mono - *attempts.closed);
  on_target.insert(when.seq);
  incident.started_by = fact.started_by;
  incident.reason = fact.reason;
  incident.undoes = fact.undoes;
  incident.undo = fact.undo;
  if (Undoable* acted = undoable(fact.undoes)) acted->incident = when.seq;
  if (!fact.started_by.empty()) {
    return tell(incident, when.wall, "accepted",
                "requested by " + fact.started_by + (fact.reason.empty() ? "" : ": " + fact.reason));
  }
  add_member(incident, fact.fingerprint, fact.alert_name);
  tell(incident, when.wall, "accepted", how_known(fact.fingerprint, fact.alert_name));
}

void History::take(const AlertJoined& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  add_member(*incident, fact.fingerprint, fact.alert_name);
  const auto found = alerts_.find(fact.fingerprint);
  if (found != alerts_.end()) {
    const Alert& alert = found->second.alert;
    incident->alert_starts_at = std::min(incident->alert_starts_at, alert.starts_at);
    // It is as urgent as the most severe of its alerts.
    const std::string severity(alert.label("severity"));
    if (gravity(severity) < gravity(incident->severity)) incident->severity = severity;
  }
  tell(*incident, when.wall, "joined", how_known(fact.fingerprint, fact.alert_name));
}

std::string History::how_known(const std::string& fingerprint, const std::string& alert_name) const {
  const auto found = alerts_.find(fingerprint);
  const bool pulled = found != alerts_.end() && found->second.pulled;
  return pulled ? alert_name + ", from Alertmanager's list" : alert_name;
}

void History::add_member(Incident& incident, const std::string& fingerprint, const std::string& name) {
  ++incident.firings;
  // An alert that ended between its arrival and this has left already.
  const auto found = alerts_.find(fingerprint);
  // Each alert joins once while the incident is open, unless it had left: then a large list need not be
  // searched.
  const bool search = incident.members.size() < kSearchedMembers ||
                      (found != alerts_.end() && found->second.incident == incident.number);
  auto member = search ? std::ranges::find(incident.members, fingerprint, &Member::fingerprint)
                       : incident.members.end();
  if (member == incident.members.end()) {
    incident.members.push_back({fingerprint, name, {}});
    member = std::prev(incident.members.end());
  }
  unanswered_.erase(fingerprint);
  if (found != alerts_.end()) {
    member->starts_at = found->second.alert.starts_at;
    found->second.incident = incident.number;
    found->second.refused.reset();
  }
}

void History::take(const IncidentMoved& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  const bool gated = fact.to == State::kGated;
  const bool looked = incident->state == State::kVerifying || incident->state == State::kProbation;
  if (fact.refusal == Refusal::kContradicted) {
    // Only the result of a check contradicts the alerts of its own incident; its verification is over.
    if (looked) incident->contradicted = when.mono;
    incident->interrupted_look = false;
  } else if (fact.refusal == Refusal::kUnverified) {
    incident->unverified = true;
    incident->interrupted_look = false;
  } else {
    incident->interrupted_look = gated && (looked || incident->interrupted_look);
  }
  incident->state = fact.to;
  if (fact.to == State::kVerifying || fact.to == State::kExhausted || !is_open(fact.to))
    incident->unverified = false;
  if (fact.refusal == Refusal::kDryRun) incident->dry_run = true;
  withdraw_if_moot(*incident);
  if (Recommendation* recommended = current_recommendation(*incident)) note_move(*recommended, fact);
  incident->since = when.mono;
  // Whether the action helped is not known yet: the policy that it demands still applies.
  if (!is_being_healed(fact.to) && !incident->interrupted_look && !incident->unverified)
    leases_.erase(incident->id());
  incident->refusal = gated ? fact.refusal : std::nullopt;
  incident->refusal_detail = gated ? fact.detail : "";
  incident->waits_for = gated ? fact.by : 0;
  if (fact.refusal == Refusal::kDryRun) {
    count(incident->playbook, "dry_run", "");
  } else if (fact.refusal) {
    count(incident->playbook, "refuse", to_string(*fact.refusal));
  }
  switch (fact.to) {
    case State::kUnknown:   // added with the action's outcome
    case State::kReleased:  // added with the operator's record
      break;
    case State::kGated: {
      const std::string_view reason = fact.refusal ? to_string(*fact.refusal) : "no reason";
      tell(*incident, when.wall, "gated", fmt::format("{}: {}", reason, fact.detail));
      Incident* parent = fact.refusal == Refusal::kParent ? find(fact.by) : nullptr;
      if (parent != nullptr && is_open(parent->state))
        tell(*parent, when.wall, "blocks", fmt::format("{} on {}", incident->id(), incident->target.name));
      break;
    }
    default:
      tell(*incident, when.wall, to_string(fact.to), fact.detail);
  }
  if (fact.to == State::kIntent || fact.to == State::kRunning) {
    acting_.insert(fact.incident);
  } else {
    acting_.erase(fact.incident);
  }
  if (fact.to == State::kFailed && incident->target.kind == kTask)
    tasks_[incident->target.name].failing = true;
  if (!is_open(fact.to)) close(*incident, when);
}

void History::close(Incident& incident, const When& when) {
  // It can be requested again.
  if (Undoable* acted = undoable(incident.undoes);
      acted != nullptr && acted->incident == incident.number && !acted->undone)
    acted->incident = 0;
  incident.closed_at = when.wall;
  open_.erase(incident.number);
  const auto on_target = open_on_.find(incident.target);
  if (on_target != open_on_.end()) {
    on_target->second.erase(incident.number);
    if (on_target->second.empty()) open_on_.erase(on_target);
  }
  attempts_[attempts_key(incident.target, incident.playbook)].closed = when.mono;
  for (const Member& member : incident.members) {
    const auto found = alerts_.find(member.fingerprint);
    if (found == alerts_.end() || found->second.incident != incident.number) continue;
    found->second.incident = 0;
    // An alert that still fires requests healing again.
    if (found->second.alert.firing) {
      unanswered_.insert(member.fingerprint);
    } else {
      alerts_.erase(found);
    }
  }
  if (incident.state == State::kHealed && incident.undoes.empty()) {
    // startsAt may be any time; at most the day before the alert was received counts.
    const auto from = std::clamp<base::WallTime>(
        incident.alert_starts_at, incident.opened_at - std::chrono::hours(24), incident.opened_at);
    const std::chrono::duration<double> length = when.wall - from;
    healed_.push_back({incident.playbook, std::max(0.0, length.count())});
  }
  closed_.push_front(incident.number);
  if (closed_.size() > kClosedLimit) forget_oldest();
}

// Except incidents that still halt trading: an operator must be able to undo their actions.
void History::forget_oldest() {
  const auto oldest = std::find_if(closed_.rbegin(), closed_.rend(), [this](std::uint64_t number) {
    return std::ranges::none_of(halts_,
                                [number](const auto& halt) { return halt.second.incident == number; });
  });
  if (oldest == closed_.rend()) return;
  incidents_.erase(*oldest);
  closed_.erase(std::next(oldest).base());
}

void History::take(const SymptomReturned& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  incident->contradicted.reset();
  incident->unverified = false;
  incident->symptom_seen = true;
  tell(*incident, when.wall, "relapsed", fact.detail);
}

void History::take(const SymptomGone& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  incident->symptom_gone = true;
  tell(*incident, when.wall, "symptom_gone", "");
}

void History::take(const PolicyMoved& fact, const When&) {
  policy_ = fact.to;
  permissions_ = fact.permissions;
  emergency_latched_ = fact.to == Policy::kEmergencyShutdown;
}

policy::Permissions History::permissions_remembered(const policy::RiskProfile& profile) const {
  const auto moved =
      permissions_.value_or(policy::permissions_of(policy_.value_or(Policy::kNoNewTrades), profile));
  return halts_.empty() ? moved : policy::meet(moved, policy::halted());
}

void History::count(const std::string& playbook, std::string_view outcome, std::string_view reason) {
  ++decisions_total_[{playbook, std::string(outcome), std::string(reason)}];
}

}  // namespace healer
