#include "healer/engine/decider/decider.h"

#include <algorithm>

#include "base/log.h"
#include "healer/engine/decider/expiry.h"
#include "healer/engine/projection.h"

namespace healer {
namespace {

constexpr base::Duration kLongest = std::chrono::hours(1);  // between two steps

// Records have milliseconds, so that a live step and its replay use the same time.
base::Now to_milliseconds(base::Now now) {
  now.wall = std::chrono::floor<std::chrono::milliseconds>(now.wall);
  return now;
}

}  // namespace

Decider::Decider(Config config, journal::Journal& journal, Effects& effects, const base::Clock& clock)
    : clock_(clock),
      effects_(effects),
      step_{.config = std::make_shared<const Config>(std::move(config))},
      durable_(journal, clock, step_),
      intake_(durable_, effects, step_),
      policy_(durable_, intake_, effects, step_),
      committer_(durable_, policy_, effects),
      incidents_(durable_, intake_, policy_, committer_, effects, step_),
      storm_(durable_, committer_, step_),
      commands_(durable_, policy_, committer_, step_, self_health_),
      view_(std::make_shared<const View>()) {}

base::Result<> Decider::recover(const std::vector<policy::Published>& published) {
  start_step();
  if (const auto loaded = durable_.read(); !loaded)
    return base::wrap(loaded.error(), "recover from the journal");
  policy_.start(published);
  incidents_.start();
  const std::string lost = durable_.find_missing(published);
  std::vector<Record> records;
  records.push_back({step_.now.wall, ProcessStarted{lost, true}});
  if (!lost.empty()) {
    // What the journal contained is unknown, perhaps an operator's hold, a latched emergency or an action
    // that must never be repeated: an operator must decide.
    records.push_back(
        {step_.now.wall, OperatorActed{.verb = OperatorActed::Verb::kHoldPolicy,
                                       .who = "salus",
                                       .reason = lost,
                                       .length = {},
                                       .incident = 0,
                                       .policy = policy_.hold_without_journal(published),
                                       .halts = std::ranges::any_of(published, policy::was_halted)}});
    records.push_back({step_.now.wall, OperatorActed{.verb = OperatorActed::Verb::kPause,
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
  if (durable_.begin(std::move(records))) {
    effects_.notify(
        {.kind = Notice::Kind::kStarted,
         .incident = {},
         .subsystem = {},
         .title = "The healer started",
         .detail = lost,
         .more = lost.empty() ? std::vector<std::string>()
                              : std::vector<std::string>{"Healing is paused and the policy held until an "
                                                         "operator resumes and releases them."},
         .at = step_.now.wall,
         .next_step = lost.empty() ? ""
                                   : "Check what happened to the journal and what is running; then: "
                                     "salusctl resume, salusctl policy release"});
  }
  publish_snapshot();
  return {};
}

void Decider::start_step() {
  step_.now = to_milliseconds(clock_.now());
  step_.due = step_.now.mono + kLongest;
  step_.stopping = stopping_;
}

base::MonoTime Decider::step(std::vector<Input> inputs) {
  start_step();
  process(inputs);
  publish_snapshot();
  // After the view, so that the next query shows what the answer promises.
  for (const auto& [ticket, result] : std::exchange(answers_, {})) effects_.answer(ticket, result);
  durable_.checkpoint_if_due();
  durable_.remove_old_records(self_health_.clock.empty());
  return step_.due;
}

void Decider::process(const std::vector<Input>& inputs) {
  incidents_.begin_step();
  adopt_new_config();
  if (durable_.retry()) incidents_.journal_writable_again();
  for (const Input& input : inputs) {
    std::visit([this](const auto& what) { on_event(what); }, input);
  }
  durable_.drain_alerts();
  durable_.append(expired(durable_.history(), step_));
  policy_.step_and_publish();
  const bool was_failing = durable_.failing();
  if (!intake_.incomplete()) incidents_.open_incidents();
  // Before any incident is processed, so that the policy is stricter by then.
  if (storm_.step()) policy_.step_and_publish();
  incidents_.advance_all();
  if (durable_.failing() && !was_failing) policy_.step_and_publish();
  step_.wake_at(durable_.retry_at());
  // An alert of a closed incident may have started to fire again meanwhile.
  if (!durable_.failing() && !intake_.incomplete() && !durable_.history().unanswered().empty())
    step_.wake_at(step_.now.mono);
}

void Decider::adopt_new_config() {
  std::lock_guard lock(shared_);
  if (!next_config_) return;
  step_.config = std::exchange(next_config_, nullptr);
  incidents_.config_changed();
  policy_.config_changed();
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

void Decider::on_event(const OperatorInput& input) {
  answers_.emplace_back(input.ticket, commands_.handle(input));
}

void Decider::on_event(const SelfHealth& self_health) {
  if (self_health == self_health_) return;
  self_health_ = self_health;
  incidents_.on_event(self_health);
  if (const std::string& why = self_health.first(); !why.empty()) {
    base::log::warn("the healer is unhealthy; disruptive actions are suspended", {{"reason", why}});
  } else {
    base::log::info("the healer is healthy again; disruptive actions resume");
  }
}

void Decider::publish_snapshot() {
  auto view = std::make_shared<View>(project(*step_.config, durable_.history(), step_.now));
  view->at = step_.now.wall;
  const std::vector<Alert>& shown = intake_.informational();
  view->firing.insert(view->firing.end(), shown.begin(), shown.end());
  policy_.fill(*view);
  incidents_.fill(*view);
  view->journal_ok = !durable_.failing();
  if (durable_.failing()) view->journal_error = durable_.failure();
  view->journal_quarantined = durable_.quarantine_reason();
  view->journal_missing_records = durable_.missing_records();
  view->self_health = self_health_;
  std::lock_guard lock(shared_);
  view_ = std::move(view);
}

}  // namespace healer
