#include "healer/engine/decider/incident_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "healer/engine/planned_downtime.h"
#include "healer/engine/planner.h"
#include "healer/state/priority.h"

namespace healer {
namespace {

constexpr std::size_t kRecordsOfAStep = 500;
constexpr int kWritesOfAStep = 4;
// A step can make another one possible. Chains of steps within one turn are shorter than this.
constexpr int kPasses = 16;

}  // namespace

void IncidentScheduler::start() {
  started_ = step_.now.mono;
  const History& history = durable_.history();
  for (const std::uint64_t number : history.open()) {
    const State state = history.incident(number)->state;
    runtimes_[number].orphaned = state == State::kIntent || state == State::kRunning;
  }
}

void IncidentScheduler::begin_step() {
  records_left_ = kRecordsOfAStep;
  writes_left_ = kWritesOfAStep;
}

void IncidentScheduler::on_event(const ActionInput& input) {
  const auto number = parse_incident_id(input.incident);
  const Incident* incident = number ? durable_.history().incident(*number) : nullptr;
  if (incident == nullptr || incident->action_id != input.action_id) return;
  if (incident->state != State::kIntent && incident->state != State::kRunning) return;
  runtimes_[*number].outcome = input;
}

void IncidentScheduler::on_event(const CheckInput& input) {
  const auto number = parse_incident_id(input.incident);
  const auto runtime = number ? runtimes_.find(*number) : runtimes_.end();
  if (runtime == runtimes_.end() || runtime->second.round == 0 || runtime->second.round != input.round)
    return;
  runtime->second.round = 0;
  runtime->second.answer = input;
}

void IncidentScheduler::journal_writable_again() {
  held_back_.clear();
  // Answers that came meanwhile are outdated: every verification starts again.
  for (auto& [number, runtime] : runtimes_) runtime.phase.reset();
}

void IncidentScheduler::fill(View& view) const {
  for (IncidentView& incident : view.incidents) {
    if (held_back_.contains(parse_incident_id(incident.id).value_or(0)))
      incident.refusal = Refusal::kJournalUnwritable;
  }
  for (const auto& [labels, count] : unwritten_refusals_) view.decisions_total[labels] += count;
}

// What an operator or a schedule has stopped on purpose. When that is over, the alerts that were refused
// because of it are answered again.
void IncidentScheduler::note_maintenance() {
  std::map<Target, std::uint64_t> now;
  for (const auto& [container, planned] :
       planned_downtime(*step_.config, durable_.history(), step_.now.mono)) {
    if (!planned.maintenance) continue;
    now[{std::string(kContainer), container}] = planned.incident;
    step_.wake_at(planned.until);
  }
  const bool over =
      std::ranges::any_of(maintained_, [&](const auto& before) { return !now.contains(before.first); });
  reconsider_refused_ = reconsider_refused_ || over;
  maintained_ = std::move(now);
}

void IncidentScheduler::open_incidents() {
  note_maintenance();
  const bool refused_too = std::exchange(reconsider_refused_, false);
  while (open_incidents_once(refused_too).value_or(0) > 0) {
    if (!spent()) continue;
    reconsider_refused_ = reconsider_refused_ || refused_too;
    return;
  }
}

// True when the rest must wait for the next turn, which is then due at once.
bool IncidentScheduler::spent() {
  if (records_left_ > 0 && writes_left_ > 0) return false;
  step_.wake_at(step_.now.mono);
  return true;
}

// Opens at most one incident for a playbook and a target. Further alerts for the same join it in the next
// pass, when it has its number. Returns how many alerts were answered; nullopt when the journal could not be
// written.
std::optional<std::size_t> IncidentScheduler::open_incidents_once(bool refused_too) {
  PendingEffects pending;
  std::set<std::pair<std::string, std::string>> opening;
  const auto refuse = [&](const AlertState& state, const NotAllowed& no, base::log::Level level) {
    if (state.refused && state.refused->refusal == no.reason) return;
    const std::string name(state.alert.label("alertname"));
    base::log::write(level, "an alert requests healing that is not allowed",
                     {{"alert", name}, {"reason", to_string(no.reason)}, {"detail", no.detail}});
    pending.records.push_back(
        {step_.now.wall, AlertRefused{state.alert.fingerprint, std::string(state.alert.label("heal")),
                                      no.reason, no.detail}});
  };
  const auto answer = [&](const AlertState& state) {
    const Alert& alert = state.alert;
    const std::string name(alert.label("alertname"));
    const auto request = read_request(alert, *step_.config);
    if (const auto* no = std::get_if<NotAllowed>(&request))
      return refuse(state, *no, base::log::Level::kWarn);
    const auto& asked = std::get<Asked>(request);
    for (const std::uint64_t number : durable_.history().open_on(asked.target)) {
      if (durable_.history().incident(number)->playbook != asked.playbook->name) continue;
      pending.records.push_back({step_.now.wall, AlertJoined{number, alert.fingerprint, name}});
      return;
    }
    if (const auto planned = maintained_.find(asked.target);
        planned != maintained_.end() && !prepares_at_once(*asked.playbook)) {
      return refuse(state,
                    {Refusal::kTargetBusy, fmt::format("{} has stopped {} on purpose",
                                                       incident_id(planned->second), asked.target.name)},
                    base::log::Level::kInfo);
    }
    if (!opening.emplace(asked.playbook->name, asked.target.key()).second) return;
    pending.records.push_back(
        {step_.now.wall, IncidentOpened{.playbook = asked.playbook->name,
                                        .subsystem = asked.subsystem,
                                        .severity = std::string(alert.label("severity")),
                                        .target = asked.target,
                                        .fingerprint = alert.fingerprint,
                                        .alert_name = name,
                                        .alert_starts_at = alert.starts_at}});
  };
  for (const std::string& fingerprint : durable_.history().unanswered()) {
    if (pending.records.size() >= records_left_) break;
    answer(durable_.history().alerts().at(fingerprint));
  }
  if (refused_too) {
    for (const auto& [fingerprint, state] : durable_.history().alerts()) {
      if (pending.records.size() >= records_left_) break;
      if (state.refused && state.alert.firing) answer(state);
    }
  }
  const std::size_t answered = pending.records.size();
  records_left_ -= answered;
  if (!committer_.commit(pending)) return std::nullopt;
  return answered;
}

void IncidentScheduler::advance_all() {
  std::erase_if(runtimes_,
                [this](const auto& runtime) { return !durable_.history().open().contains(runtime.first); });
  for (int pass = 0; pass < kPasses; ++pass) {
    if (!advance_once()) return;
  }
  base::log::error("incidents still change after the maximum number of passes");
}

StepResult IncidentScheduler::next_step(const Incident& incident) {
  const auto step = [&] {
    return advance(incident, runtimes_[incident.number], round_, *step_.config, durable_.history(), effects_,
                   context_for(incident), step_.now);
  };
  StepResult next = step();
  return next.wants_list && !intake_.request_list() ? step() : std::move(next);
}

// One step of each open incident, the most urgent first, in one transaction up to each action. True when
// there may be more to do.
bool IncidentScheduler::advance_once() {
  std::vector<std::pair<int, std::uint64_t>> order;
  for (const std::uint64_t number : durable_.history().open())
    order.emplace_back(priority(*durable_.history().incident(number), *step_.config), number);
  std::sort(order.begin(), order.end());

  PendingEffects batch;
  std::set<Target> moving;  // a step of one incident may change what another on its target may do
  bool again = false;
  bool moved = false;
  for (const auto& [rank, number] : order) {
    if (spent()) break;
    const Incident& incident = *durable_.history().incident(number);
    if (moving.contains(incident.target)) {
      again = true;
      continue;
    }
    StepResult step = next_step(incident);
    step_.wake_at(step.due);
    if (step.refused_for_journal && held_back_.insert(number).second) {
      ++unwritten_refusals_[{incident.playbook, "refuse",
                             std::string(to_string(Refusal::kJournalUnwritable))}];
    }
    if (step.pending.records.empty()) {
      committer_.commit(step.pending);
      continue;
    }
    if (step.heals) --writes_left_;
    if (durable_.failing() || (step.heals && !end_alerts_of(incident))) continue;
    moving.insert(incident.target);
    std::move(step.pending.records.begin(), step.pending.records.end(), std::back_inserter(batch.records));
    std::move(step.pending.run.begin(), step.pending.run.end(), std::back_inserter(batch.run));
    std::move(step.pending.check.begin(), step.pending.check.end(), std::back_inserter(batch.check));
    std::move(step.pending.notify.begin(), step.pending.notify.end(), std::back_inserter(batch.notify));
    if (batch.run.empty()) continue;
    // The limits of concurrent actions and of actions per hour count the remembered actions.
    PendingEffects acts = std::exchange(batch, {});
    --writes_left_;
    if (!committer_.commit(acts)) return false;
    moved = true;
  }
  moved = moved || !batch.records.empty();
  return committer_.commit(batch) && (moved || again) && !spent();
}

GuardContext IncidentScheduler::context_for(const Incident& incident) const {
  return {.journal_ok = !durable_.failing(),
          .may_act = !step_.stopping && intake_.allows_action(incident),
          .confirmed = intake_.confirmed(incident),
          .held = intake_.held(incident),
          .policy = policy_.policy_in_force(),
          .permissions = policy_.permissions_in_force(),
          .self_health = self_health_,
          .started = started_,
          .listed = intake_.listed()};
}

// Verified health means that its alerts have ended, even if Alertmanager reports that later. A late delivery
// of the same firing must not open a new incident.
bool IncidentScheduler::end_alerts_of(const Incident& incident) {
  std::vector<Alert> ended;
  for (const Member& member : incident.members) {
    const auto found = durable_.history().alerts().find(member.fingerprint);
    if (found == durable_.history().alerts().end() || !found->second.alert.firing) continue;
    ended.push_back(found->second.alert);
    ended.back().firing = false;
    ended.back().ends_at = step_.now.wall;
  }
  return durable_.accept(ended, AlertStore::Source::kWebhook);
}

}  // namespace healer
