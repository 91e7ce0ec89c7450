#include "healer/notify/queue.h"

#include <algorithm>

#include "base/log.h"

namespace healer::notify {

base::Duration delay_after(int attempt, std::optional<base::Duration> asked, const Patience& patience) {
  base::Duration delay = patience.first_delay;
  for (int i = 1; i < attempt && delay < patience.longest_delay; ++i) delay *= 2;
  return std::max(std::min(delay, patience.longest_delay), asked.value_or(base::Duration::zero()));
}

Queue::Queue(std::string name, std::unique_ptr<Notifier> notifier, Patience patience,
             const base::Clock& clock)
    : name_(std::move(name)),
      notifier_(std::move(notifier)),
      patience_(patience),
      clock_(clock),
      thread_([this](std::stop_token stop) { work(std::move(stop)); }) {}

Queue::~Queue() = default;

void Queue::add(Notice notice) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= patience_.max_queued) {
      waiting_.pop_front();
      ++counts_.dropped;
    }
    waiting_.push_back(std::move(notice));
  }
  changed_.notify_all();
}

Counts Queue::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

bool Queue::drain(base::Duration patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.empty() && !busy_; });
}

void Queue::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const Notice notice = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    const End end = deliver(notice, stop);
    lock.lock();
    busy_ = false;
    ++(end == End::kDelivered ? counts_.delivered : end == End::kFailed ? counts_.failed : counts_.dropped);
    changed_.notify_all();
  }
  if (waiting_.empty()) return;
  counts_.dropped += waiting_.size();
  base::log::warn("notices were not delivered before the stop",
                  {{"notifier", name_}, {"count", waiting_.size()}});
}

Queue::End Queue::deliver(const Notice& notice, std::stop_token stop) {
  for (int attempt = 1;; ++attempt) {
    const Delivery delivery = notifier_->deliver(notice, base::Deadline::after(clock_, patience_.attempt));
    if (delivery.status == Delivery::Status::kDelivered) return End::kDelivered;
    const bool last = delivery.status == Delivery::Status::kRefused || attempt >= patience_.attempts;
    if (last || attempt == 1) {
      base::log::warn(last ? "a notice could not be delivered" : "a notice is tried again",
                      {{"notifier", name_}, {"error", delivery.error}, {"attempts", attempt}});
    }
    if (last) return End::kFailed;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, delay_after(attempt, delivery.retry_after, patience_),
                      [] { return false; });
    if (stop.stop_requested()) return End::kStopped;
  }
}

}  // namespace healer::notify
