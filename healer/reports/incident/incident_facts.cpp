#include "healer/reports/incident/incident_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/duration.h"
#include "healer/engine/incident/threshold_breach.h"
#include "healer/reports/render/units.h"
#include "healer/state/incident.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

// A long timeline keeps its beginning and its newest entries.
constexpr std::size_t kBeginning = 100;
constexpr std::size_t kMostEvents = 300;
constexpr std::size_t kMostOthers = 1000;
constexpr base::Duration kBefore = 24h;

std::string with(std::string what, const std::string& detail) {
  return detail.empty() ? what : what + ": " + detail;
}

std::string moved(const IncidentMoved& fact) {
  switch (fact.to) {
    case State::kGated:
      return with(
          fmt::format("refused for now ({})", fact.refusal ? to_string(*fact.refusal) : "no reason given"),
          fact.detail);
    case State::kRunning:
      return "action started";
    case State::kVerifying:
      return with("verifying that the symptom is gone", fact.detail);
    case State::kProbation:
      return with("the symptom is gone; probation started", fact.detail);
    case State::kIneffective:
      return with("the action had no effect", fact.detail);
    case State::kUnknown:
      return "the healer stopped before the outcome of the action was known";
    case State::kHealed:
      return with("healed: verified", fact.detail);
    case State::kResolved:
      return with("resolved before any action", fact.detail);
    case State::kExhausted:
      return with("all rungs exhausted: operator action required", fact.detail);
    case State::kReleased:
      return with("released", fact.detail);
    case State::kFailed:
      return with("failed until it is due next", fact.detail);
    case State::kAccepted:
    case State::kIntent:
      break;
  }
  return "";  // another record has the details
}

}  // namespace

void IncidentReader::take(const Entry& entry) {
  at_ = entry.record.at;
  seq_ = entry.seq;
  std::visit([this](const auto& fact) { take_fact(fact); }, entry.record.fact);
  if (open()) facts_->known_until = std::max(facts_->known_until, at_);
}

void IncidentReader::tell(std::string what, bool own) {
  if (own) facts_->last_record = seq_;
  if (what.empty()) return;
  auto& events = facts_->events;
  if (events.size() >= kMostEvents) {
    events.erase(events.begin() + kBeginning);
    ++facts_->events_left_out;
  }
  events.push_back({at_, std::move(what), fmt::format("journal record {}", seq_)});
}

void IncidentReader::join(const std::string& fingerprint, const std::string& name) {
  const auto known = alerts_.find(fingerprint);
  AlertFact fact;
  if (known != alerts_.end()) {
    fact = known->second;
  } else {
    fact.alert.fingerprint = fingerprint;
    fact.alert.labels["alertname"] = name;
  }
  const auto same = std::ranges::find(facts_->alerts, fingerprint,
                                      [](const AlertFact& each) { return each.alert.fingerprint; });
  if (same != facts_->alerts.end()) return;
  if (known != alerts_.end()) {
    facts_->delivered_at = std::min(facts_->delivered_at.value_or(fact.delivered_at), fact.delivered_at);
    if (fact.alert.starts_at < facts_->began_at) facts_->began_at = fact.alert.starts_at;
  }
  facts_->alerts.push_back(std::move(fact));
}

void IncidentReader::take_fact(const ProcessStarted& fact) {
  if (open()) tell(with("the healer restarted", fact.quarantined), false);
}

void IncidentReader::take_fact(const AlertSeen& fact) {
  const std::string& fingerprint = fact.alert.fingerprint;
  if (fact.alert.firing) alerts_.insert_or_assign(fingerprint, AlertFact{fact.alert, at_, fact.pulled});
  if (!open()) return;
  const bool member = std::ranges::any_of(
      facts_->alerts, [&](const AlertFact& each) { return each.alert.fingerprint == fingerprint; });
  if (!member) return;
  tell(fmt::format("{} {}", fact.alert.label("alertname"), fact.alert.firing ? "fires again" : "resolved"));
}

void IncidentReader::take_fact(const IncidentOpened& fact) {
  if (seq_ != number_) {
    if (has_facts() || fact.target.kind == kTask) return;
    others_[seq_] = {incident_id(seq_), fact.target, at_, fact.playbook, "still open"};
    if (others_.size() > kMostOthers) others_.erase(others_.begin());
    return;
  }
  facts_.emplace();
  facts_->id = incident_id(seq_);
  facts_->playbook = fact.playbook;
  facts_->subsystem = fact.subsystem;
  facts_->severity = fact.severity;
  facts_->target = fact.target;
  facts_->started_by = fact.started_by;
  facts_->reason = fact.reason;
  facts_->opened_at = at_;
  facts_->began_at = fact.fingerprint.empty() ? at_ : std::min(at_, fact.alert_starts_at);
  facts_->known_until = at_;
  if (!fact.fingerprint.empty()) join(fact.fingerprint, fact.alert_name);
  for (const auto& [seq, other] : others_) {
    if (other.target != fact.target || other.opened_at < at_ - kBefore) continue;
    facts_->before.push_back(fmt::format("{} was opened {} before, by playbook {}: {}", other.id,
                                         spoken(at_ - other.opened_at), other.playbook, other.state));
  }
  if (policy_) stand(*policy_, {});
  tell(fmt::format("{} was opened: playbook {} for {} {}{}", facts_->id, fact.playbook, fact.target.kind,
                   fact.target.name, fact.started_by.empty() ? "" : ", requested by " + fact.started_by));
}

void IncidentReader::take_fact(const AlertJoined& fact) {
  if (!open() || fact.incident != number_) return;
  join(fact.fingerprint, fact.alert_name);
  tell(fact.alert_name + " joined");
}

void IncidentReader::take_fact(const IncidentMoved& fact) {
  if (const auto other = others_.find(fact.incident); other != others_.end())
    other->second.state = std::string(to_string(fact.to));
  if (!has_facts() || fact.incident != number_) return;
  facts_->state = fact.to;
  if (fact.refusal) {
    const std::string reason(to_string(*fact.refusal));
    auto& refusals = facts_->refusals;
    auto known = std::ranges::find(refusals, reason, &RefusalFact::reason);
    if (known == refusals.end()) known = refusals.insert(refusals.end(), {reason, "", 0, {}});
    known->detail = fact.detail;
    known->last = at_;
    ++known->times;
  }
  tell(moved(fact));
  if (is_open(fact.to)) return;
  facts_->closed_at = at_;
  facts_->known_until = at_;
  if (fact.to == State::kHealed) facts_->healed_at = at_;
}

void IncidentReader::take_fact(const ActionIntended& fact) {
  if (!open() || fact.incident != number_) return;
  facts_->acts.push_back({fact.action_id, fact.description, at_, {}, "", ""});
  tell(fmt::format("{} decided: {}", fact.action_id, fact.description));
}

void IncidentReader::take_fact(const ActionFinished& fact) {
  if (!open() || fact.incident != number_) return;
  const std::string outcome(to_string(fact.outcome));
  const auto act = std::ranges::find(facts_->acts, fact.action_id, &ActFact::id);
  if (act != facts_->acts.end()) {
    act->ended_at = at_;
    act->outcome = outcome;
    act->detail = fact.detail;
  }
  tell(with(fmt::format("{} ended: {}", fact.action_id, outcome), fact.detail));
}

void IncidentReader::take_fact(const SymptomReturned& fact) {
  if (open() && fact.incident == number_) tell(with("the symptom returned", fact.detail));
}

void IncidentReader::take_fact(const SymptomGone& fact) {
  if (open() && fact.incident == number_) tell("the symptom disappeared without an action");
}

void IncidentReader::stand(Policy policy, std::vector<std::string> causes) {
  auto& policies = facts_->policies;
  if (!policies.empty()) policies.back().to = at_;
  policies.push_back({policy, at_, at_, std::move(causes)});
}

void IncidentReader::take_fact(const PolicyMoved& fact) {
  if (!open()) {
    if (!has_facts()) policy_ = fact.to;
    return;
  }
  if (facts_->policies.empty()) facts_->policies.push_back({fact.from, facts_->opened_at, at_, {}});
  stand(fact.to, fact.causes);
  tell(with(fmt::format("the policy changed from {} to {}", to_string(fact.from), to_string(fact.to)),
            fmt::format("{}", fmt::join(fact.causes, "; "))),
       false);
}

void IncidentReader::take_fact(const OperatorActed& fact) {
  if (!open()) return;
  const bool own = fact.verb == OperatorActed::Verb::kRelease && fact.incident == number_;
  if (fact.incident != 0 && !own) return;
  std::string what(to_string(fact.verb));
  std::ranges::replace(what, '_', ' ');
  if (fact.length > base::Duration::zero()) what += " for " + base::format_duration(fact.length);
  tell(with(fmt::format("{} requested {}", fact.who.empty() ? "an operator" : fact.who, what), fact.reason),
       own);
}

void IncidentReader::take_fact(const ApprovalAsked& fact) {
  if (open() && fact.incident == number_)
    tell(fmt::format("{} waits for approval: {}", fact.approval, fact.description));
}

void IncidentReader::take_fact(const ApprovalAnswered& fact) {
  if (!open() || fact.incident != number_) return;
  tell(with(fmt::format("{} {}{}", fact.approval, to_string(fact.answer),
                        fact.who.empty() ? "" : " by " + fact.who),
            fact.reason));
}

void IncidentReader::take_fact(const StormMoved& fact) {
  if (!open()) return;
  tell(fact.active ? fmt::format("storm active: {} of {} containers unhealthy", fact.targets, fact.declared)
                   : std::string("the storm has cleared"),
       false);
}

void IncidentReader::take_fact(const JournalFailed& fact) {
  if (open())
    tell(with(fmt::format("the journal could not be written since {}", utc(fact.since)), fact.error), false);
}

std::optional<IncidentFacts> IncidentReader::finish(std::optional<Policy> policy_now) && {
  if (!has_facts()) return std::nullopt;
  IncidentFacts& facts = *facts_;
  if (facts.policies.empty() && policy_now) facts.policies.push_back({*policy_now, facts.opened_at, {}, {}});
  if (!facts.policies.empty()) facts.policies.back().to = facts.end();
  std::vector<Alert> alerts;
  for (const AlertFact& each : facts.alerts) alerts.push_back(each.alert);
  if (const auto fields = breach_of(alerts)) facts.breach = fields->front().second;
  for (const AlertFact& each : facts.alerts) {
    if (each.alert.starts_at == base::WallTime{}) continue;
    const std::string name(each.alert.label("alertname"));
    facts.events.push_back({each.alert.starts_at, name + " started firing", "Alertmanager: startsAt"});
    facts.events.push_back({each.delivered_at,
                            name + (each.pulled ? " was found in Alertmanager's list" : " was delivered"),
                            "journal"});
  }
  std::ranges::stable_sort(facts.events, {}, &Event::at);
  return std::move(facts_);
}

}  // namespace healer::reports
