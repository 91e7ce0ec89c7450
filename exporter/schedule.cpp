#include "exporter/schedule.h"

#include <algorithm>
#include <utility>

namespace exporter {
namespace {

constexpr int kIntervalsThatFactsHold = 3;

}  // namespace

void Schedule::trigger(base::MonoTime now) {
  due_ = std::min(due_, begun_ == 0 ? now : std::max(now, last_began_ + timing_.trigger_gap));
}

Run Schedule::request() {
  requested_ = true;
  due_ = std::min(due_, requested_began_ ? *requested_began_ + std::min(timing_.request_gap, timing_.interval)
                                         : base::MonoTime::min());
  return begun_ + 1;
}

void Schedule::begin(base::Now now) {
  running_ = now;
  last_began_ = now.mono;
  if (requested_) requested_began_ = now.mono;
  requested_ = false;
  due_ = now.mono + timing_.interval;
  ++begun_;
}

void Schedule::finish(base::MonoTime now, bool success, std::string error,
                      std::optional<base::MonoTime> next) {
  if (success) facts_from_ = running_->mono;
  last_ = Outcome{success, std::move(error), now - running_->mono, running_->wall};
  ended_ = begun_;
  if (next) due_ = std::min(due_, *next);
  // After a run that is longer than its interval, the next one waits at least a little, to spare the source.
  if (!requested_) due_ = std::max(due_, now + std::min(timing_.trigger_gap, timing_.interval));
  running_.reset();
}

bool Schedule::overdue(base::MonoTime now) const {
  return running_ && now - running_->mono > timing_.timeout;
}

base::Duration Schedule::lasting(base::MonoTime now) const {
  return running_ ? base::Duration(now - running_->mono) : base::Duration::zero();
}

bool Schedule::facts_hold(base::MonoTime now) const {
  return facts_from_ && now - *facts_from_ <= kIntervalsThatFactsHold * timing_.interval;
}

}  // namespace exporter
