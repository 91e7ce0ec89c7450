// The part of a turn that handles incidents.
#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "healer/engine/decider/decider.h"
#include "healer/engine/planner.h"
#include "healer/state/priority.h"

namespace healer {
namespace {

// A step can make another one possible. Chains of steps within one turn are shorter than this.
constexpr int kPasses = 16;

// How long Alertmanager's report of an alert is used without another query.
constexpr base::Duration kConfirmedFor = std::chrono::seconds(10);
// How long an action waits for Alertmanager's answer: as long as the reconciler waits.
constexpr base::Duration kConfirmedWithin = std::chrono::seconds(6);

}  // namespace

void Decider::lapse() {
  PendingEffects pending;
  const auto check = [&](const auto& what, Expired::What name) {
    if (!what || !what->until) return;
    if (now_.mono >= *what->until) {
      pending.records.push_back({now_.wall, Expired{name, {}}});
    } else {
      due(what->until);
    }
  };
  check(history_.pause(), Expired::What::kPause);
  check(history_.hold(), Expired::What::kHold);
  for (const auto& [id, lease] : history_.leases()) {
    if (lease.length == base::Duration::zero()) continue;
    if (now_.mono >= lease.until) {
      pending.records.push_back({now_.wall, Expired{Expired::What::kLease, id}});
    } else {
      due(lease.until);
    }
  }
  for (const std::string& id : history_.live_approvals()) {
    const Approval& asked = *history_.approval(id);
    if (now_.mono < asked.until) {
      due(asked.until);
    } else {
      pending.records.push_back(
          {now_.wall, ApprovalAnswered{id, asked.incident, ApprovalAnswered::Answer::kExpired, "", ""}});
    }
  }
  commit(pending);
}

void Decider::answer_alerts() {
  const bool refused_too = std::exchange(ask_refused_again_, false);
  while (answer_alerts_once(refused_too).value_or(0) > 0) {
    if (!spent()) continue;
    ask_refused_again_ = ask_refused_again_ || refused_too;
    return;
  }
}

// True when the rest must wait for the next turn, which is then due at once.
bool Decider::spent() {
  if (records_left_ > 0 && writes_left_ > 0) return false;
  due(now_.mono);
  return true;
}

// Opens at most one incident for a playbook and a target. Further alerts for the same join it in the next
// pass, when it has its number. Returns how many alerts were answered; nullopt when the journal could not be
// written.
std::optional<std::size_t> Decider::answer_alerts_once(bool refused_too) {
  PendingEffects pending;
  std::set<std::pair<std::string, std::string>> opening;
  const auto answer = [&](const AlertState& state) {
    const Alert& alert = state.alert;
    const std::string name(alert.label("alertname"));
    const auto request = read_request(alert, *config_);
    if (const auto* no = std::get_if<NotAllowed>(&request)) {
      if (state.refused && state.refused->refusal == no->reason) return;
      base::log::warn("an alert requests healing that is not allowed",
                      {{"alert", name}, {"reason", to_string(no->reason)}, {"detail", no->detail}});
      pending.records.push_back({now_.wall, AlertRefused{alert.fingerprint, std::string(alert.label("heal")),
                                                         no->reason, no->detail}});
      return;
    }
    const auto& asked = std::get<Asked>(request);
    for (const std::uint64_t number : history_.open_on(asked.target)) {
      if (history_.incident(number)->playbook != asked.playbook->name) continue;
      pending.records.push_back({now_.wall, AlertJoined{number, alert.fingerprint, name}});
      return;
    }
    if (!opening.emplace(asked.playbook->name, asked.target.key()).second) return;
    pending.records.push_back({now_.wall, IncidentOpened{.playbook = asked.playbook->name,
                                                         .subsystem = asked.subsystem,
                                                         .severity = std::string(alert.label("severity")),
                                                         .target = asked.target,
                                                         .fingerprint = alert.fingerprint,
                                                         .alert_name = name,
                                                         .alert_starts_at = alert.starts_at}});
  };
  for (const std::string& fingerprint : history_.unanswered()) {
    if (pending.records.size() >= records_left_) break;
    answer(history_.alerts().at(fingerprint));
  }
  if (refused_too) {
    for (const auto& [fingerprint, state] : history_.alerts()) {
      if (pending.records.size() >= records_left_) break;
      if (state.refused && state.alert.firing) answer(state);
    }
  }
  const std::size_t answered = pending.records.size();
  records_left_ -= answered;
  if (!commit(pending)) return std::nullopt;
  return answered;
}

void Decider::advance_incidents() {
  std::erase_if(courses_, [this](const auto& course) { return !history_.open().contains(course.first); });
  for (int pass = 0; pass < kPasses; ++pass) {
    if (!advance_once()) return;
  }
  base::log::error("incidents still change after the maximum number of passes");
}

StepResult Decider::next_step(const Incident& incident) {
  const auto step = [&] {
    return advance(incident, courses_[incident.number], round_, *config_, history_, effects_,
                   conditions_for(incident), now_);
  };
  StepResult next = step();
  return next.wants_list && !ask_for_list() ? step() : std::move(next);
}

// One step of each open incident, the most urgent first, in one transaction up to each action. True when
// there may be more to do.
bool Decider::advance_once() {
  std::vector<std::pair<int, std::uint64_t>> order;
  for (const std::uint64_t number : history_.open())
    order.emplace_back(priority(*history_.incident(number), *config_), number);
  std::sort(order.begin(), order.end());

  PendingEffects batch;
  std::set<Target> moving;  // a step of one incident may change what another on its target may do
  bool again = false;
  bool moved = false;
  for (const auto& [rank, number] : order) {
    if (spent()) break;
    const Incident& incident = *history_.incident(number);
    if (moving.contains(incident.target)) {
      again = true;
      continue;
    }
    StepResult step = next_step(incident);
    due(step.due);
    if (step.refused_for_journal && held_back_.insert(number).second) {
      ++unwritten_refusals_[{incident.playbook, "refuse",
                             std::string(to_string(Refusal::kJournalUnwritable))}];
    }
    if (step.pending.records.empty()) {
      carry_out(step.pending);
      continue;
    }
    if (step.heals) --writes_left_;
    if (failing_since_ || (step.heals && !end_alerts_of(incident))) continue;
    moving.insert(incident.target);
    std::move(step.pending.records.begin(), step.pending.records.end(), std::back_inserter(batch.records));
    std::move(step.pending.run.begin(), step.pending.run.end(), std::back_inserter(batch.run));
    std::move(step.pending.check.begin(), step.pending.check.end(), std::back_inserter(batch.check));
    std::move(step.pending.notify.begin(), step.pending.notify.end(), std::back_inserter(batch.notify));
    if (batch.run.empty()) continue;
    // The limits of concurrent actions and of actions per hour count the remembered actions.
    PendingEffects acts = std::exchange(batch, {});
    --writes_left_;
    if (!commit(acts)) return false;
    moved = true;
  }
  moved = moved || !batch.records.empty();
  return commit(batch) && (moved || again) && !spent();
}

GuardContext Decider::conditions_for(const Incident& incident) const {
  return {.journal_ok = !failing_since_,
          .may_act = may_act_on(incident),
          .confirmed = is_confirmed(incident),
          .held = held_of(incident),
          .policy = document_ ? document_->policy : standing_.level,
          .permissions = document_ ? document_->permissions : permissions_now(),
          .self_health = self_health_,
          .started = started_,
          .listed = heard_of_alertmanager_};
}

// An alert in the journal may have ended long ago, and silenced alerts are not healed. So an action needs an
// alert that is reported as firing, or a check that found the target unhealthy after all alerts had ended.
bool Decider::may_act_on(const Incident& incident) const {
  if (stopping_) return false;
  bool firing = false;
  for (const Member& member : incident.members) {
    if (!history_.firing(member.fingerprint)) continue;
    if (liveness_.stands(member.fingerprint)) return true;
    firing = true;
  }
  return !firing;
}

// A silence set after the alert was last reported is not known yet, so Alertmanager is queried before an
// action. If it does not respond, the action runs: Alertmanager has reported the alert as firing.
bool Decider::is_confirmed(const Incident& incident) const {
  if (list_wanted_ && now_.mono >= *list_wanted_ + kConfirmedWithin) return true;
  bool firing = false;
  for (const Member& member : incident.members) {
    if (!history_.firing(member.fingerprint)) continue;
    if (liveness_.stands(member.fingerprint, now_.mono - kConfirmedFor)) return true;
    firing = true;
  }
  return !firing;
}

// True when the list was requested and may still arrive.
bool Decider::ask_for_list() {
  if (!list_wanted_) {
    list_wanted_ = now_.mono;
    if (!effects_.ask_alertmanager()) list_wanted_ = now_.mono - kConfirmedWithin;
  }
  const base::MonoTime until = *list_wanted_ + kConfirmedWithin;
  if (now_.mono >= until) return false;
  due(until);
  return true;
}

// Why Alertmanager holds the incident's alerts back; "" when at least one of them is not held.
std::string Decider::held_of(const Incident& incident) const {
  std::string why;
  for (const Member& member : incident.members) {
    if (!history_.firing(member.fingerprint)) continue;
    if (liveness_.stands(member.fingerprint)) return "";
    if (why.empty()) why = liveness_.held(member.fingerprint);
  }
  return why;
}

// Verified health means that its alerts have ended, even if Alertmanager reports that later. A late delivery
// of the same firing must not open a new incident.
bool Decider::end_alerts_of(const Incident& incident) {
  std::vector<Alert> ended;
  for (const Member& member : incident.members) {
    const auto found = history_.alerts().find(member.fingerprint);
    if (found == history_.alerts().end() || !found->second.alert.firing) continue;
    ended.push_back(found->second.alert);
    ended.back().firing = false;
    ended.back().ends_at = now_.wall;
  }
  const auto accepted = ledger_.accept(ended, AlertStore::Source::kWebhook);
  if (!accepted) journal_failed(accepted.error().message);
  drain_alerts();
  return accepted.has_value();
}

}  // namespace healer
