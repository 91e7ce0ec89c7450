#include "healer/engine/decider/decider.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/log.h"
#include "healer/engine/projection.h"

namespace healer {
namespace {

constexpr base::Duration kLongest = std::chrono::hours(1);  // between two turns
constexpr base::Duration kJournalRetry = std::chrono::seconds(1);
constexpr std::size_t kRecordsOfATurn = 500;
constexpr int kWritesOfATurn = 4;

// Records have milliseconds, so that a live step and its replay use the same time.
base::Now to_milliseconds(base::Now now) {
  now.wall = std::chrono::floor<std::chrono::milliseconds>(now.wall);
  return now;
}

}  // namespace

Decider::Decider(Config config, journal::Journal& journal, Effects& effects, const base::Clock& clock)
    : config_(std::make_shared<const Config>(std::move(config))),
      journal_(journal),
      effects_(effects),
      clock_(clock),
      ledger_(journal, clock),
      view_(std::make_shared<const View>()) {}

base::Result<> Decider::recover(const std::vector<policy::Published>& published) {
  now_ = to_milliseconds(clock_.now());
  if (const auto loaded = remember(); !loaded) return base::wrap(loaded.error(), "recover from the journal");
  history_.begin_life(now_.mono);
  inputs_.watchdog.since = now_.mono;
  inputs_.prometheus_answered = now_.mono;
  started_ = now_.mono;
  standing_ = policy::standing_at(history_.policy().value_or(Policy::kNoNewTrades),
                                  config_->policy.safe_risk_profile, history_.emergency_latched());
  if (history_.permissions())
    standing_.permissions = policy::meet(standing_.permissions, *history_.permissions());
  for (const std::uint64_t number : history_.open()) {
    const State state = history_.incident(number)->state;
    courses_[number].orphaned = state == State::kIntent || state == State::kRunning;
  }

  const std::string lost = take_published(published);
  backlog_.push_back({now_.wall, ProcessStarted{lost, true}});
  if (!lost.empty()) {
    // What the journal contained is unknown, perhaps an operator's hold, a latched emergency or an action
    // that must never be repeated: an operator must decide.
    backlog_.push_back(
        {now_.wall, OperatorActed{.verb = OperatorInput::Verb::kHoldPolicy,
                                  .who = "salus",
                                  .reason = lost,
                                  .length = {},
                                  .incident = 0,
                                  .policy = hold_without_journal(published),
                                  .halts = std::ranges::any_of(published, policy::was_halted)}});
    backlog_.push_back({now_.wall, OperatorActed{.verb = OperatorInput::Verb::kPause,
                                                 .who = "salus",
                                                 .reason = lost,
                                                 .length = {},
                                                 .incident = 0,
                                                 .policy = {}}});
    base::log::error(
        "earlier actions and holds are unknown; healing is paused and the policy held until an operator "
        "resumes and releases them",
        {{"reason", lost}});
  }
  PendingEffects start;
  start.records = backlog_;
  start.notify.push_back(
      {.kind = Notice::Kind::kStarted,
       .incident = {},
       .subsystem = {},
       .title = "The healer started",
       .detail = lost,
       .more = lost.empty() ? std::vector<std::string>()
                            : std::vector<std::string>{"Healing is paused and the policy held until an "
                                                       "operator resumes and releases them."},
       .at = now_.wall});
  if (commit(start)) backlog_.clear();
  show();
  return {};
}

base::MonoTime Decider::turn(std::vector<Input> inputs) {
  now_ = to_milliseconds(clock_.now());
  due_ = now_.mono + kLongest;
  take_turn(inputs);
  show();
  // After the view, so that the next query shows what the answer promises.
  for (const auto& [ticket, result] : std::exchange(answers_, {})) effects_.answer(ticket, result);
  checkpoint();
  retire();
  return due_;
}

void Decider::take_turn(std::vector<Input>& inputs) {
  records_left_ = kRecordsOfATurn;
  writes_left_ = kWritesOfATurn;
  adopt_new_config();
  try_journal_again();
  for (const Input& input : inputs) {
    std::visit([this](const auto& what) { take(what); }, input);
  }
  drain_alerts();
  lapse();
  step_policy();
  publish_if_due();
  const bool was_failing = failing_since_.has_value();
  if (arriving_.empty()) answer_alerts();
  if (step_storm()) {
    // Before any incident is processed, so that the policy is stricter by then.
    step_policy();
    publish_if_due();
  }
  advance_incidents();
  if (failing_since_ && !was_failing) {
    step_policy();
    publish_if_due();
  }
  due(retry_at_);
  // An alert of a closed incident may have started to fire again meanwhile.
  if (!failing_since_ && arriving_.empty() && !history_.unanswered().empty()) due(now_.mono);
}

void Decider::adopt_new_config() {
  std::lock_guard lock(shared_);
  if (!next_config_) return;
  config_ = std::exchange(next_config_, nullptr);
  ask_refused_again_ = true;
  chain_changed_ = true;
}

void Decider::reconfigure(Config config) {
  auto next = std::make_shared<const Config>(std::move(config));
  std::lock_guard lock(shared_);
  next_config_ = std::move(next);
}

std::shared_ptr<const View> Decider::view() const {
  std::lock_guard lock(shared_);
  return view_;
}

void Decider::due(const std::optional<base::MonoTime>& at) {
  if (at) due_ = std::min(due_, *at);
}

// ---- durability --------------------------------------------------------------------------------

bool Decider::commit(PendingEffects& pending) {
  if (pending.records.empty()) {
    carry_out(pending);
    return true;
  }
  if (failing_since_) return false;
  for (const Record& record : pending.records) {
    const auto* moved = std::get_if<IncidentMoved>(&record.fact);
    if (moved != nullptr && !may_move(moved->from, moved->to)) {
      throw std::logic_error("incident " + incident_id(moved->incident) + " may not move from " +
                             std::string(to_string(moved->from)) + " to " +
                             std::string(to_string(moved->to)));
    }
  }
  const auto seqs = journal_.append(pending.records);
  if (!seqs) {
    journal_failed(seqs.error().message);
    return false;
  }
  for (std::size_t i = 0; i < pending.records.size(); ++i) {
    history_.apply({(*seqs)[i], pending.records[i]}, now_.mono);
  }
  if (!pending.run.empty()) {
    // An action's lease is durable with its intent, and must be published before the action starts.
    step_policy();
    publish_if_due();
  }
  carry_out(pending);
  return true;
}

void Decider::carry_out(const PendingEffects& pending) {
  for (const ActionRequest& order : pending.run) effects_.run(order);
  for (const CheckRequest& order : pending.check) effects_.check(order);
  for (const Notice& notice : pending.notify) effects_.notify(notice);
}

void Decider::journal_failed(const std::string& error) {
  retry_at_ = now_.mono + kJournalRetry;
  failure_ = error;
  if (failing_since_) return;
  failing_since_ = now_.wall;
  base::log::error("failed to write the journal; no actions run until it is writable", {{"error", error}});
}

void Decider::try_journal_again() {
  // The HTTP threads write to the journal as well, so their failures and successes count here too.
  const auto last_error = journal_.last_error();
  if (!failing_since_) {
    if (last_error) journal_failed(*last_error);
    return;
  }
  if (last_error && now_.mono < *retry_at_) return;
  std::vector<Record> records = backlog_;
  records.push_back({now_.wall, JournalFailed{*failing_since_, failure_}});
  const auto seqs = journal_.append(records);
  if (!seqs) return journal_failed(seqs.error().message);
  for (std::size_t i = 0; i < records.size(); ++i) history_.apply({(*seqs)[i], records[i]}, now_.mono);
  failing_since_.reset();
  backlog_.clear();
  held_back_.clear();
  retry_at_.reset();
  // Answers that came meanwhile are outdated: every verification starts again.
  for (auto& [number, course] : courses_) course.phase.reset();
  base::log::info("the journal is writable again");
}

// ---- what comes in -----------------------------------------------------------------------------

void Decider::take(const AlertsInput& input) {
  chain_.take(input, config_->heartbeat, now_.mono);
  chain_changed_ = true;
  const bool alive = hear_watchdog(input);
  if (input.more) {
    arriving_.insert(input.body);
  } else {
    arriving_.erase(input.body);
  }
  if (input.whole) return take_list(input, alive);
  for (const Alert& alert : input.alerts) {
    if (!input.unwritten) {
      if (!input.listed) liveness_.told(alert, now_.mono);
    } else if (alert.firing && !alert.label("policy").empty()) {
      unwritten_alerts_[alert.fingerprint] = alert;
    }
  }
}

// Returns whether the Watchdog fires.
bool Decider::hear_watchdog(const AlertsInput& input) {
  const auto heard = [&](bool firing) {
    return std::ranges::any_of(input.alerts, [&](const Alert& alert) {
      return alert.firing == firing && policy::is_heartbeat(alert, config_->heartbeat);
    });
  };
  const bool alive = heard(true);
  if (alive) {
    inputs_.watchdog.seen = now_.mono;
    inputs_.watchdog.seen_wall = now_.wall;
  }
  if (alive && input.whole) inputs_.watchdog.listed = input.asked_at;
  // Its label is the policy that the rules demand. When that changes, the old Watchdog ends while the new one
  // fires.
  if (input.whole ? !alive : heard(false) && !chain_.beats()) {
    // Monitoring does not work: ends of alerts that arrive now, or arrived recently, are no evidence of
    // health.
    inputs_.watchdog.listed.reset();
    standing_.healthy_since.reset();
  }
  return alive;
}

void Decider::take_list(const AlertsInput& list, bool alive) {
  drain_alerts();
  std::set<std::string> firing;
  for (const auto& [fingerprint, state] : history_.alerts()) {
    if (state.alert.firing) firing.insert(fingerprint);
  }
  std::vector<Alert> alerts;
  for_people_.clear();
  for (const Alert& alert : list.alerts) {
    if (!is_watchdog(alert)) (asks(alert) ? alerts : for_people_).push_back(alert);
  }
  std::map<std::string, Alert> demanding;
  for (const Alert& alert : alerts) {
    if (!alert.label("policy").empty()) demanding[alert.fingerprint] = alert;
  }
  for (const std::string& fingerprint : liveness_.compare(list, alive, firing)) {
    alerts.push_back(history_.alerts().at(fingerprint).alert);
    alerts.back().firing = false;
    alerts.back().ends_at = {};
  }
  if (const auto accepted = ledger_.accept(alerts, AlertStore::Source::kWholeList, list.asked_at);
      !accepted) {
    journal_failed(accepted.error().message);
    unwritten_alerts_.merge(demanding);
  } else {
    unwritten_alerts_.clear();
  }
  drain_alerts();
  if (alive) heard_of_alertmanager_ = true;
  if (list_wanted_ && list.asked_at >= *list_wanted_) list_wanted_.reset();
}

void Decider::drain_alerts() {
  for (const Entry& entry : ledger_.drain()) {
    history_.apply(entry, now_.mono);
    chain_changed_ = true;
  }
}

void Decider::take(const ActionInput& input) {
  const auto number = parse_incident_id(input.incident);
  const Incident* incident = number ? history_.incident(*number) : nullptr;
  if (incident == nullptr || incident->action_id != input.action_id) return;
  if (incident->state != State::kIntent && incident->state != State::kRunning) return;
  courses_[*number].outcome = input;
}

void Decider::take(const CheckInput& input) {
  const auto number = parse_incident_id(input.incident);
  const auto course = number ? courses_.find(*number) : courses_.end();
  if (course == courses_.end() || course->second.round == 0 || course->second.round != input.round) return;
  course->second.round = 0;
  course->second.answer = input;
}

void Decider::take(const PrometheusInput& input) {
  if (input.answers) inputs_.prometheus_answered = now_.mono;
}

void Decider::take(const policy::RulesInput& input) {
  chain_.take(input, now_.mono);
  chain_changed_ = true;
}

void Decider::take(const OperatorInput& input) { answers_.emplace_back(input.ticket, obey(input)); }

void Decider::show() {
  auto view = std::make_shared<View>(project(*config_, history_, now_));
  view->at = now_.wall;
  view->firing.insert(view->firing.end(), for_people_.begin(), for_people_.end());
  if (document_) view->policy = *document_;
  view->watchdog_last_seen = inputs_.watchdog.seen_wall;
  view->watchdog_silent = inputs_.watchdog.silent(now_.mono, config_->policy.watchdog_timeout);
  view->chain = verdict_.view;
  view->rulers = chain_.states();
  view->journal_ok = !failing_since_;
  if (failing_since_) view->journal_error = failure_;
  view->journal_set_aside = journal_.set_aside().value_or("");
  view->journal_missing_records = missing_records_;
  for (IncidentView& incident : view->incidents) {
    if (held_back_.contains(parse_incident_id(incident.id).value_or(0)))
      incident.refusal = Refusal::kJournalUnwritable;
  }
  view->self_health = self_health_;
  for (const auto& [decision, count] : unwritten_refusals_) view->decisions_total[decision] += count;
  std::lock_guard lock(shared_);
  view_ = std::move(view);
}

}  // namespace healer
