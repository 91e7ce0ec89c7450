#include "healer/engine/incident/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/duration.h"
#include "healer/engine/incident/incident_timing.h"
#include "healer/engine/incident/requests.h"
#include "healer/engine/incident/stride.h"

namespace healer {
namespace {

// Between two checks of a target whose alert is contradicted.
constexpr base::Duration kLookAgainEvery = std::chrono::seconds(30);
// Likewise of a target whose health could not be verified.
constexpr base::Duration kVerifyAgainEvery = std::chrono::seconds(10);

// What follows the action, for operators.
std::string next_step(const Playbook& playbook, std::size_t rung) {
  const std::string within = base::format_duration(playbook.verify.within);
  if (playbook.rungs[rung].attempts > 1)
    return fmt::format("verify for up to {}, then the same again", within);
  if (rung + 1 < playbook.rungs.size())
    return fmt::format("verify for up to {}, then {}", within, playbook.rungs[rung + 1].action);
  return fmt::format("verify for up to {}, then an operator", within);
}

}  // namespace

StepResult IncidentStateMachine::take() {
  forget_what_is_over();
  switch (incident_.state) {
    case State::kAccepted:
    case State::kGated:
      if (incident_.actions == 0 && !asked_for()) {
        move(State::kResolved, "its alerts ended before any action");
      } else if (incident_.interrupted_look) {
        look_again();
      } else {
        consider();
      }
      break;
    case State::kIneffective:
      consider();
      break;
    case State::kUnknown:
      // Verified first if the rung may not run again: the interrupted run may have helped.
      if (task_failed_by_hand() || (playbook_ != nullptr && playbook_->on_crash == OnCrash::kRetry &&
                                    asked_for() && next_rung(incident_, config_) == incident_.rung)) {
        consider();
      } else {
        move(State::kVerifying, "after an interruption");
      }
      break;
    case State::kIntent:
    case State::kRunning:
      await_outcome();
      break;
    case State::kVerifying:
    case State::kProbation:
      verify();
      break;
    case State::kExhausted:
      // Left to an operator by an earlier version.
      if (is_task() && !needs_release()) {
        move(State::kFailed, "it runs again when it is due");
        break;
      }
      if (!incident_.members.empty() && !incident_.symptom_gone && !history_.any_firing(incident_)) {
        write(SymptomGone{incident_.number});
      }
      break;
    case State::kHealed:
    case State::kResolved:
    case State::kReleased:
    case State::kFailed:
      break;
  }
  return std::move(result_);
}

// The alert does not count as a symptom, but an operator must check which alert still fires.
void IncidentStateMachine::report_contradiction(const std::string& why) {
  std::string detail = why + ". No action runs until the alert ends or a check finds the symptom.";
  for (const Alert& alert : history_.alerts_of(incident_)) {
    if (!alert.firing) continue;
    detail += fmt::format("\n{}:", alert.label("alertname"));
    for (const auto& [name, value] : alert.labels) {
      if (name != "alertname") detail += fmt::format(" {}=\"{}\"", name, value);
    }
  }
  notice(is_task() ? Notice::Kind::kTaskFailed : Notice::Kind::kExhausted,
         fmt::format("{} needs an operator: {} is {}, but its alert still fires", incident_.id(),
                     incident_.target.name, is_task() ? "done" : "healthy"),
         std::move(detail));
  runtime_.round = 0;
  runtime_.ask_at = now_.mono + kLookAgainEvery;
  result_.due = runtime_.ask_at;
}

void IncidentStateMachine::watch_contradiction() {
  const auto answer = std::exchange(runtime_.answer, std::nullopt);
  if (answer && answer->verdict == CheckInput::Verdict::kUnhealthy)
    return write(SymptomReturned{incident_.number, answer->detail});
  check_again_every(kLookAgainEvery);
}

void IncidentStateMachine::watch_unverified() {
  using enum CheckInput::Verdict;
  const auto answer = std::exchange(runtime_.answer, std::nullopt);
  if (answer) note_failure(*answer);
  if (answer && answer->verdict == kUnhealthy) {
    runtime_.seen_unhealthy = true;
    return write(SymptomReturned{incident_.number, answer->detail});
  }
  if (answer && answer->verdict == kHealthy) return move(State::kVerifying, answer->detail);
  if (ended_while_waiting(incident_, history_))
    return move(State::kVerifying, "its alerts ended while it waited");
  check_again_every(kVerifyAgainEvery);
}

void IncidentStateMachine::check_again_every(base::Duration interval) {
  if (runtime_.round == 0 && now_.mono >= runtime_.ask_at) {
    ask(rules());
    runtime_.ask_at = now_.mono + interval;
  }
  if (runtime_.round == 0) result_.due = runtime_.ask_at;
}

void IncidentStateMachine::forget_what_is_over() {
  const State state = incident_.state;
  if (state != State::kVerifying && state != State::kProbation) runtime_.phase.reset();
  if (state != State::kIntent && state != State::kRunning) {
    runtime_.outcome.reset();
    runtime_.orphaned = false;
  }
}

bool IncidentStateMachine::task_failed_by_hand() const {
  return !incident_.started_by.empty() && is_task() && !incident_.last_ok && !history_.any_firing(incident_);
}

void IncidentStateMachine::move(State to, std::string detail, std::optional<Refusal> refusal) {
  write(IncidentMoved{incident_.number, incident_.state, to, refusal, std::move(detail)});
}

void IncidentStateMachine::notice(Notice::Kind kind, std::string title, std::string detail,
                                  Notice::Pairs fields) {
  if (is_task()) fields.emplace_back("task", incident_.target.name);
  const base::Subsystem* home = config_.inventory.find(incident_.subsystem);
  const bool good = kind == Notice::Kind::kHealed || kind == Notice::Kind::kAutoHealCompleted;
  result_.pending.notify.push_back({.kind = kind,
                                    .incident = incident_.id(),
                                    .subsystem = incident_.subsystem,
                                    .severity = good ? "" : incident_.severity,
                                    .title = std::move(title),
                                    .detail = std::move(detail),
                                    .fields = std::move(fields),
                                    .at = now_.wall,
                                    .container = incident_.target.kind == kContainer ? incident_.target.name
                                                 : home != nullptr                   ? home->container
                                                                                     : "",
                                    .playbook = incident_.playbook,
                                    .action = action_of_notice()});
}

// The action that it reports: the next one, or the last one.
std::string IncidentStateMachine::action_of_notice() const {
  if (order_) return fmt::format("{} ({})", order_->action, order_->action_id);
  return incident_.action.empty() ? "" : fmt::format("{} ({})", incident_.action, incident_.action_id);
}

void IncidentStateMachine::look_again() {
  if (guards::busy(incident_, config_, history_)) return;
  move(State::kVerifying, incident_.target.name + " is free again");
}

void IncidentStateMachine::consider() {
  if (const auto rung = next_rung(incident_, config_)) {
    if (incident_.recommendation == 0 && conditions_.may_act) recommend_passed_over(*rung);
    propose(*rung);
  }
  const Decision decision = decide(incident_, config_, history_, conditions_, now_, description_);
  if (const auto* refused = std::get_if<guards::Refused>(&decision)) return gate(*refused);
  // Its alerts ended while it waited, or in another process: verify before acting or giving up, as there may
  // be no symptom.
  if (incident_.actions > 0 && !runtime_.seen_unhealthy && !history_.any_firing(incident_) &&
      !task_failed_by_hand()) {
    if (incident_.unverified && incident_.refusal == Refusal::kUnverified &&
        !ended_while_waiting(incident_, history_))
      return watch_unverified();
    return move(State::kVerifying, "its alerts ended while it waited");
  }
  if (!conditions_.may_act) {
    runtime_.seen_unhealthy = false;
    return;
  }
  if (const auto* spent = std::get_if<Spent>(&decision)) return exhaust(*spent);
  if (!conditions_.confirmed) {
    result_.wants_list = true;
    return;
  }
  act(std::get<Plan>(decision));
}

void IncidentStateMachine::gate(const guards::Refused& refused) {
  result_.due = refused.retry_at;
  runtime_.seen_unhealthy = false;
  if (refused.reason == Refusal::kJournalUnwritable) {
    result_.refused_for_journal = true;
    return;
  }
  const bool person = refused.reason == Refusal::kApproval || refused.reason == Refusal::kNotAutomatic;
  const bool otherwise =
      incident_.waits_for != refused.by || (refused.by != 0 && incident_.refusal_detail != refused.detail);
  if (incident_.state != State::kGated || incident_.refusal != refused.reason || otherwise) {
    recommend();
    write(IncidentMoved{incident_.number, incident_.state, State::kGated, refused.reason, refused.detail,
                        refused.by});
    if (refused.reason == Refusal::kDryRun && !incident_.dry_run) {
      notice(is_task() ? Notice::Kind::kTaskDone : Notice::Kind::kRecommendation,
             fmt::format("{} would run: {}", order_->action_id, description_),
             "Nothing was done: this is a dry run.");
    }
    if (refused.reason == Refusal::kContradicted) report_contradiction(refused.detail);
  } else if (refused.reason == Refusal::kContradicted) {
    return watch_contradiction();
  } else if (refused.reason == Refusal::kUnverified) {
    return watch_unverified();
  } else if ((person || refused.reason == Refusal::kDryRun) && ended_while_waiting(incident_, history_)) {
    return move(State::kVerifying, "its alerts ended while it waited");
  } else if (refused.reason == Refusal::kDryRun && !history_.any_firing(incident_)) {
    return move(State::kResolved, "dry run requested by an operator");
  }
  if (person) ask_a_person(refused.reason);
}

void IncidentStateMachine::ask_a_person(Refusal why) {
  const Approval* asked = history_.approval(incident_.approval);
  const bool same = asked != nullptr && asked->covers(order_->action_id, description_);
  if (same && asked->live()) {
    result_.due = asked->until;
    return;
  }
  if (!conditions_.may_act || (same && !asked_for())) return;
  recommend();
  const Rung& rung = playbook_->rungs[order_->rung];
  const std::string id = approval_id(incident_.number, incident_.questions + 1);
  write(ApprovalAsked{id, incident_.number, order_->action_id, order_->playbook, order_->rung, order_->action,
                      order_->target, description_, why, rung.approval_within});
  result_.due = now_.mono + rung.approval_within;
  // A recommendation is sent once: it needs no answer.
  if (why == Refusal::kNotAutomatic && same) return;
  notice(why == Refusal::kApproval ? Notice::Kind::kApprovalWanted : Notice::Kind::kRecommendation,
         fmt::format("{} {}: {}", id, why == Refusal::kApproval ? "waits for approval" : "is recommended",
                     description_),
         fmt::format("For {}. Without an answer, the request is repeated after {}.",
                     !incident_.started_by.empty() ? incident_.started_by
                     : incident_.members.empty()   ? incident_.id()
                                                   : incident_.members.front().name,
                     base::format_duration(rung.approval_within)));
  result_.pending.notify.back().fields.emplace_back("approval", id);
  result_.pending.notify.back().links =
      effects_.approval_links(id, now_.wall + rung.approval_within, description_);
}

void IncidentStateMachine::propose(std::size_t index) {
  order_ = action_request(incident_, *playbook_, index);
  description_ = effects_.describe(*order_);
}

void IncidentStateMachine::recommend_passed_over(std::size_t next) {
  for (std::size_t index = incident_.rung; index < next; ++index) {
    propose(index);
    write(recommendation_of(*order_, playbook_->rungs[index], description_, incident_, history_));
    notice(Notice::Kind::kRecommendation, fmt::format("{} is recommended: {}", incident_.id(), description_),
           "It may not start automatically; healing continues without it.");
  }
}

void IncidentStateMachine::recommend() {
  if (!order_ || recommended_) return;
  const Rung& rung = playbook_->rungs[order_->rung];
  const Recommendation* before = history_.recommendation(incident_.recommendation);
  if (before != nullptr && before->action_id == order_->action_id && before->description == description_ &&
      before->automatic == rung.automatic && before->approval == rung.approval) {
    return;
  }
  recommended_ = true;
  write(recommendation_of(*order_, rung, description_, incident_, history_));
}

void IncidentStateMachine::take_target(const std::vector<std::uint64_t>& from) {
  for (const std::uint64_t number : from) {
    const Incident& loser = *history_.incident(number);
    write(IncidentMoved{
        number, loser.state, State::kGated, Refusal::kTargetBusy,
        fmt::format("{}, which is more urgent, takes over {}", incident_.id(), incident_.target.name),
        incident_.number});
  }
}

void IncidentStateMachine::act(const Plan& plan) {
  recommend();
  take_target(plan.takes_from);
  move(State::kIntent, "");
  const Rung& rung = playbook_->rungs[order_->rung];
  write(ActionIntended{incident_.number, order_->action_id, order_->playbook, order_->action, order_->rung,
                       order_->target, description_, rung.policy, rung.lease,
                       playbook_->policy_while_running});
  result_.pending.run.push_back(*order_);
  if (is_task()) return;  // its result is reported
  auto fields = incident_.actions == 0 ? breach() : std::nullopt;
  if (fields) {
    fields->insert(fields->end(), {{"container", incident_.target.name},
                                   {"action", description_},
                                   {"next_step", next_step(*playbook_, order_->rung)}});
  }
  notice(fields ? Notice::Kind::kAutoHealTriggered : Notice::Kind::kActing,
         fmt::format("{}: {}", order_->action_id, description_),
         !incident_.started_by.empty() ? "requested by " + incident_.started_by
         : incident_.members.empty()   ? ""
                                       : "for " + incident_.members.front().name,
         std::move(fields).value_or(Notice::Pairs{}));
}

bool IncidentStateMachine::needs_release() const {
  if (incident_.members.empty()) return false;
  const Approval* asked = history_.approval(incident_.approval);
  if (asked != nullptr && asked->state == Approval::State::kRejected) return true;
  return playbook_ != nullptr && playbook_->on_crash == OnCrash::kNeverRepeat &&
         !incident_.interrupted.empty();
}

void IncidentStateMachine::exhaust(const Spent& spent) {
  recommend();
  if (is_task() && !needs_release()) return give_up_task(spent);
  move(State::kExhausted, spent.why, spent.reason);
  Notice::Pairs fields = operator_fields();
  fields.emplace_back("release_command", fmt::format("salusctl release {} --reason ...", incident_.id()));
  const bool checked = runtime_.finding && !runtime_.finding->detail.empty();
  const std::string found = checked ? "; last check: " + runtime_.finding->detail : "";
  notice(breach() ? Notice::Kind::kAutoHealFailed : Notice::Kind::kExhausted,
         fmt::format("{} needs an operator: {} is not healed", incident_.id(), incident_.target.name),
         spent.why + found, std::move(fields));
}

void IncidentStateMachine::await_outcome() {
  using Outcome = ActionFinished::Outcome;
  if (runtime_.orphaned) {
    write(ActionFinished{incident_.number, incident_.action_id, Outcome::kInterrupted,
                         "the healer stopped before the outcome was known"});
    return move(State::kUnknown, "");
  }
  const bool begins = incident_.state == State::kIntent;
  if (begins) move(State::kRunning, "");
  if (!runtime_.outcome) return;
  write(ActionFinished{incident_.number, incident_.action_id,
                       runtime_.outcome->ok ? Outcome::kSuccess : Outcome::kFailure, runtime_.outcome->detail,
                       runtime_.outcome->started, runtime_.outcome->counts, runtime_.outcome->findings,
                       runtime_.outcome->undo});
  write(IncidentMoved{incident_.number, State::kRunning, State::kVerifying, std::nullopt, ""});
  if (is_task()) return report_task(*runtime_.outcome);
  if (runtime_.outcome->written) report_written(*runtime_.outcome->written);
}

void IncidentStateMachine::report_written(const Written& report) {
  Notice report_notice = notice_of(report);
  notice(report_notice.kind, std::move(report_notice.title), "", std::move(report_notice.fields));
}

StepResult advance(const Incident& incident, IncidentRuntime& runtime, std::uint64_t& round,
                   const Config& config, const History& history, const Effects& effects,
                   const GuardContext& conditions, base::Now now) {
  return IncidentStateMachine(incident, runtime, round, config, history, effects, conditions, now).take();
}

}  // namespace healer
