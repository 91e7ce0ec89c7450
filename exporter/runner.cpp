#include "exporter/runner.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"

namespace exporter {
namespace {

// One of the four places that catch exceptions: an exception of a collector is a failed run.
base::Result<std::shared_ptr<const std::string>> collect(Collector& collector, bool requested,
                                                         base::Deadline deadline) {
  try {
    auto families = requested ? collector.refresh(deadline) : collector.collect(deadline);
    if (!families) return std::unexpected(families.error());
    return std::make_shared<const std::string>(base::expose(std::move(*families)));
  } catch (const std::exception& error) {
    return base::fail("collector threw an exception: {}", error.what());
  }
}

}  // namespace

struct Runner::State {
  State(std::string collector, Timing timing, const base::Clock& time)
      : name(std::move(collector)), clock(time), schedule(timing, time.now().mono) {}

  const std::string name;
  const base::Clock& clock;
  mutable std::mutex mutex;
  mutable std::condition_variable_any changed;
  Schedule schedule;
  std::shared_ptr<const std::string> text;
  bool ended = false;
};

Runner::Runner(std::string name, Timing timing, const Build& build, const base::Clock& clock)
    : name_(std::move(name)), state_(std::make_shared<State>(name_, timing, clock)) {
  auto collector = build([weak = std::weak_ptr(state_)] {
    const auto state = weak.lock();
    if (!state) return;
    std::lock_guard lock(state->mutex);
    state->schedule.trigger(state->clock.now().mono);
    state->changed.notify_all();
  });
  thread_ = std::jthread([state = state_, owned = std::move(collector)](const std::stop_token& stop) mutable {
    loop(state, *owned, stop);
    owned.reset();
    end(state);
  });
}

Runner::~Runner() {
  thread_.request_stop();
  thread_.join();
}

void Runner::loop(const std::shared_ptr<State>& state, Collector& collector, const std::stop_token& stop) {
  std::unique_lock lock(state->mutex);
  while (!stop.stop_requested()) {
    const auto now = state->clock.now();
    if (state->schedule.due() > now.mono) {
      const auto due = state->schedule.due();
      state->changed.wait_until(lock, stop, due, [&] { return state->schedule.due() < due; });
      continue;
    }
    const bool requested = state->schedule.requested();
    state->schedule.begin(now);
    const auto deadline = base::Deadline::after(state->clock, state->schedule.timing().timeout);
    const bool failed_before = state->schedule.last() && !state->schedule.last()->success;
    lock.unlock();

    auto text = collect(collector, requested, deadline);
    std::string error = text ? "" : text.error().message;
    // A lasting failure is logged once; salus_collector_success shows it.
    if (!text && !failed_before) {
      base::log::warn("collector failed", {{"collector", state->name}, {"error", error}});
    } else if (text && failed_before) {
      base::log::info("collector recovered", {{"collector", state->name}});
    }

    lock.lock();
    const bool success = text.has_value();
    if (success) state->text = std::move(*text);
    state->schedule.finish(state->clock.now().mono, success, std::move(error),
                           success ? collector.next_due() : std::nullopt);
    state->changed.notify_all();
  }
}

void Runner::end(const std::shared_ptr<State>& state) {
  std::lock_guard lock(state->mutex);
  state->ended = true;
  state->changed.notify_all();
}

View Runner::view() const {
  std::lock_guard lock(state_->mutex);
  const auto now = state_->clock.now().mono;
  const Schedule& schedule = state_->schedule;
  return View{.name = name_,
              .text = schedule.facts_hold(now) ? state_->text : nullptr,
              .last = schedule.last(),
              .overdue = schedule.overdue(now),
              .lasting = schedule.lasting(now)};
}

void Runner::run_soon() {
  std::lock_guard lock(state_->mutex);
  state_->schedule.trigger(state_->clock.now().mono);
  state_->changed.notify_all();
}

Run Runner::request() {
  std::lock_guard lock(state_->mutex);
  const Run run = state_->schedule.request();
  state_->changed.notify_all();
  return run;
}

std::optional<Outcome> Runner::wait(Run run, base::Deadline deadline) const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_until(lock, deadline.at(),
                             [&] { return state_->schedule.ended(run) || state_->ended; });
  return state_->schedule.ended(run) ? state_->schedule.last() : std::nullopt;
}

void Runner::request_stop() { thread_.request_stop(); }

bool Runner::wait_end(base::Deadline deadline) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_until(lock, deadline.at(), [&] { return state_->ended; });
}

}  // namespace exporter
