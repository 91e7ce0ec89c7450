// Verification of an action: checks until the target is healed or the action has not helped.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "healer/engine/incident/incident_timing.h"
#include "healer/engine/incident/requests.h"
#include "healer/engine/incident/stride.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

std::string with_detail(std::string why, const std::string& detail) {
  return detail.empty() ? why : std::move(why) + ": " + detail;
}

}  // namespace

void IncidentStateMachine::verify() {
  if (task_failed_by_hand() || (incident_.undo && !incident_.last_ok))
    return ineffective("its run failed", false);
  if (only_prepared(incident_, config_, history_))
    return move(State::kIneffective, "it only prepared the next rung");
  const Verify verify = rules();
  if (runtime_.phase != incident_.state) {
    runtime_.phase = incident_.state;
    runtime_.began = now_.mono;
    runtime_.round = 0;
    runtime_.ask_at = now_.mono;
    runtime_.answer.reset();
    runtime_.contradicted.reset();
    runtime_.finding.reset();
  }
  if (is_task() && !incident_.last_ok) return pause_before_retry(verify);
  if (runtime_.answer) {
    if (!runtime_.answer->pending || !runtime_.finding) runtime_.finding = runtime_.answer;
    note_failure(*runtime_.answer);
    runtime_.contradicted =
        runtime_.answer->contradicts ? std::optional(runtime_.answer->detail) : std::nullopt;
  }
  if (runtime_.answer && heed(*runtime_.answer, verify)) return;
  runtime_.answer.reset();
  const bool probation = incident_.state == State::kProbation;
  const base::MonoTime limit =
      runtime_.began + verify.within + (probation ? verify.healthy_for : base::Duration::zero());
  if (now_.mono >= limit && runtime_.contradicted && history_.any_firing(incident_)) {
    // The alert is the only sign of a symptom and cannot be verified, so it does not justify another
    // disruption.
    const std::string why = *runtime_.contradicted;
    move(State::kGated, why, Refusal::kContradicted);
    return report_contradiction(why);
  }
  const bool unhealthy = runtime_.finding && runtime_.finding->verdict == CheckInput::Verdict::kUnhealthy;
  // A task whose run succeeded is not run again only because the end of its alert cannot be verified.
  if (now_.mono >= limit && (unhealthy || !is_task())) {
    if (!unhealthy) return inconclusive();
    return ineffective(
        with_detail(probation ? "its health was not confirmed in time" : "the symptom did not clear in time",
                    runtime_.finding->detail),
        false);
  }
  if (runtime_.round == 0 && now_.mono >= runtime_.ask_at) ask(verify);
  if (now_.mono < limit) {
    result_.due = runtime_.round == 0 ? std::min(limit, runtime_.ask_at) : limit;
  } else if (runtime_.round == 0) {
    result_.due = runtime_.ask_at;
  }
}

// Between two runs of a task: `within`.
void IncidentStateMachine::pause_before_retry(const Verify& verify) {
  result_.due = runtime_.began + verify.within;
  if (now_.mono < *result_.due) return;
  result_.due.reset();
  ineffective("its run failed", false);
}

bool IncidentStateMachine::heed(const CheckInput& answer, const Verify& verify) {
  const bool healthy = answer.verdict == CheckInput::Verdict::kHealthy;
  if (incident_.state == State::kVerifying) {
    if (healthy) move(State::kProbation, answer.detail);
    if (answer.ended && answer.verdict == CheckInput::Verdict::kUnhealthy) {
      ineffective(answer.detail, false);
      return true;
    }
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
  if (is_task()) return true;  // its run was reported
  notice(breach() ? Notice::Kind::kAutoHealCompleted : Notice::Kind::kHealed,
         incident_.undo ? fmt::format("{}: {} was undone", incident_.id(), incident_.undoes)
                        : fmt::format("{}: {} is healthy again", incident_.id(), incident_.target.name),
         answer.detail);
  return true;
}

base::MonoTime IncidentStateMachine::healthy_from(const Verify& verify) const {
  return heard_since(incident_, history_, runtime_.began + verify.healthy_for);
}

void IncidentStateMachine::inconclusive() {
  const std::string why = with_detail("its health could not be verified",
                                      runtime_.finding ? runtime_.finding->detail : "no check has ended");
  move(State::kGated, why, Refusal::kUnverified);
  runtime_.round = 0;
  runtime_.ask_at = now_.mono;
  const auto next = next_rung(incident_, config_);
  const bool waits = !next || playbook_->rungs[*next].disruptive;
  notice(waits ? Notice::Kind::kExhausted : Notice::Kind::kIneffective,
         fmt::format("{}{}: whether {} helped {} could not be verified", incident_.id(),
                     waits ? " needs an operator" : "", incident_.action, incident_.target.name),
         why + (waits ? ". No disruptive action runs until a check succeeds." : ""),
         waits ? operator_fields() : Notice::Pairs{});
  // Reported once for each action, however often evidence comes and goes.
  result_.pending.notify.back().key = fmt::format("{} unverified {}", incident_.id(), incident_.action_id);
}

void IncidentStateMachine::note_failure(const CheckInput& answer) {
  if (answer.exit_code) runtime_.failure = answer;
  if (answer.verdict == CheckInput::Verdict::kHealthy) runtime_.failure.reset();
}

Notice::Pairs IncidentStateMachine::operator_fields() const {
  Notice::Pairs fields;
  if (runtime_.failure) {
    fields.emplace_back("exit_code", std::to_string(*runtime_.failure->exit_code));
    if (!runtime_.failure->last_log_lines.empty())
      fields.emplace_back("last_log_lines", runtime_.failure->last_log_lines);
  }
  fields.emplace_back("next_command", incident_.target.kind == kContainer
                                          ? "docker logs --tail 100 " + incident_.target.name
                                          : "salusctl incident " + incident_.id());
  return fields;
}

void IncidentStateMachine::ineffective(const std::string& why, bool relapsed) {
  runtime_.seen_unhealthy = true;
  if (relapsed) write(SymptomReturned{incident_.number, why});
  move(State::kIneffective, why);
  if (is_task()) return;  // it is tried again, or given up
  notice(Notice::Kind::kIneffective,
         fmt::format("{}: {} did not help {}", incident_.id(), incident_.action, incident_.target.name), why);
}

void IncidentStateMachine::ask(Verify verify) {
  // A task that no alert requests is done when its run succeeded.
  if (is_task() && !history_.any_firing(incident_)) verify.monitored = false;
  runtime_.round = ++round_;
  runtime_.ask_at = now_.mono + verify.every;
  result_.pending.check.push_back(
      check_request(incident_, history_, verify, runtime_.round, wall_of(last_touched(incident_, history_))));
}

}  // namespace healer
