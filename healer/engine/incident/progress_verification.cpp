// Verification of an action: checks until the target is healed or the action has not helped.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "healer/engine/incident/incident_timing.h"
#include "healer/engine/incident/requests.h"
#include "healer/engine/incident/stride.h"
#include "healer/state/undo.h"

namespace healer {

void IncidentStateMachine::verify() {
  if (task_failed_by_hand() || (incident_.undo && !incident_.last_ok))
    return ineffective("its run failed", false);
  if (only_prepared(incident_, config_, history_))
    return move(State::kIneffective, "it only prepared the next rung");
  const Verify verify = rules();
  if (course_.phase != incident_.state) {
    course_.phase = incident_.state;
    course_.began = now_.mono;
    course_.round = 0;
    course_.ask_at = now_.mono;
    course_.answer.reset();
    course_.contradicted.reset();
  }
  if (course_.answer) {
    course_.contradicted = course_.answer->contradicts ? std::optional(course_.answer->detail) : std::nullopt;
  }
  if (course_.answer && heed(*course_.answer, verify)) return;
  course_.answer.reset();
  const bool probation = incident_.state == State::kProbation;
  const base::MonoTime limit =
      course_.began + verify.within + (probation ? verify.healthy_for : base::Duration::zero());
  if (now_.mono >= limit && course_.contradicted && history_.any_firing(incident_)) {
    // The alert is the only sign of a symptom and cannot be verified, so it does not justify another
    // disruption.
    const std::string why = *course_.contradicted;
    move(State::kGated, why, Refusal::kContradicted);
    return report_contradiction(why);
  }
  if (now_.mono >= limit) {
    return ineffective(
        probation ? "its health was not confirmed in time" : "the symptom did not clear in time", false);
  }
  if (course_.round == 0 && now_.mono >= course_.ask_at) ask(verify);
  result_.due = course_.round == 0 ? std::min(limit, course_.ask_at) : limit;
}

bool IncidentStateMachine::heed(const CheckInput& answer, const Verify& verify) {
  const bool healthy = answer.verdict == CheckInput::Verdict::kHealthy;
  if (incident_.state == State::kVerifying) {
    if (healthy) move(State::kProbation, answer.detail);
    return healthy;
  }
  if (answer.verdict == CheckInput::Verdict::kUnhealthy) {
    ineffective(answer.detail, true);
    return true;
  }
  if (!healthy || answer.observed_at < wall_of(healthy_from(verify))) return false;
  result_.heals = true;
  move(State::kHealed, answer.detail);
  // In the same transaction, so that no healed incident leaves its actions in force.
  for (IncidentOpened& undo : undone_when_healed(incident_, playbook_, now_.wall)) write(std::move(undo));
  notice(breach() ? Notice::Kind::kAutoHealCompleted : Notice::Kind::kHealed,
         incident_.undo ? fmt::format("{}: {} was undone", incident_.id(), incident_.undoes)
                        : fmt::format("{}: {} is healthy again", incident_.id(), incident_.target.name),
         answer.detail);
  return true;
}

base::MonoTime IncidentStateMachine::healthy_from(const Verify& verify) const {
  return heard_since(incident_, history_, course_.began + verify.healthy_for);
}

void IncidentStateMachine::ineffective(const std::string& why, bool relapsed) {
  course_.seen_ill = true;
  if (relapsed) write(SymptomReturned{incident_.number, why});
  move(State::kIneffective, why);
  notice(Notice::Kind::kIneffective,
         fmt::format("{}: {} did not help {}", incident_.id(), incident_.action, incident_.target.name), why);
}

void IncidentStateMachine::ask(const Verify& verify) {
  course_.round = ++round_;
  course_.ask_at = now_.mono + verify.every;
  result_.pending.check.push_back(
      check_order(incident_, history_, verify, course_.round, wall_of(last_touched(incident_, history_))));
}

}  // namespace healer
