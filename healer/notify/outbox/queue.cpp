#include "healer/notify/outbox/queue.h"

#include <algorithm>

#include "base/log.h"
#include "base/os/keep_running.h"
#include "healer/notify/outbox/digest.h"

namespace healer::notify {
namespace {

// The store counts its failures. A row that stays is delivered twice at worst.
void forget(Store* store, const std::vector<std::uint64_t>& rows) {
  if (store == nullptr || rows.empty()) return;
  if (const auto removed = store->remove(rows); !removed)
    base::log::warn("failed to remove notices from the outbox; they may be delivered again",
                    {{"error", removed.error().message}});
}

}  // namespace

Queue::Queue(std::string name, std::shared_ptr<Notifier> notifier, RetryPolicy patience, Store* store,
             Jitter jitter, const base::Clock& clock)
    : name_(std::move(name)),
      store_(store),
      jitter_(std::move(jitter)),
      clock_(clock),
      notifier_(std::move(notifier)),
      patience_(patience),
      thread_([this](std::stop_token stop) { base::keep_running("notifier", stop, [&] { work(stop); }); }) {}

Queue::~Queue() = default;

void Queue::add(Item item) {
  std::vector<std::uint64_t> no_room;
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(item));
    if (waiting_.size() > patience_.max_waiting) {
      const auto lightest =
          std::ranges::min_element(waiting_, {}, [](const Item& one) { return weight(one.notice); });
      if (lightest->row != 0) no_room.push_back(lightest->row);
      waiting_.erase(lightest);
      ++counts_.dropped;
    }
  }
  changed_.notify_all();
  forget(store_, no_room);
}

void Queue::replace(std::shared_ptr<Notifier> notifier, RetryPolicy patience) {
  {
    std::lock_guard lock(mutex_);
    notifier_ = std::move(notifier);
    patience_ = patience;
    ++generation_;
  }
  changed_.notify_all();
}

void Queue::count_suppressed() {
  std::lock_guard lock(mutex_);
  ++counts_.suppressed;
}

void Queue::give_up() {
  std::vector<std::uint64_t> rows;
  {
    std::lock_guard lock(mutex_);
    for (const Item& item : waiting_) {
      if (item.row != 0) rows.push_back(item.row);
    }
    // The notice being sent is not retried, since this queue ends.
    for (const Item& item : sending_) {
      if (item.row != 0) rows.push_back(item.row);
    }
    counts_.dropped += waiting_.size();
    waiting_.clear();
  }
  forget(store_, rows);
}

Counts Queue::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

Backlog Queue::backlog() const {
  std::lock_guard lock(mutex_);
  Backlog backlog{.waiting = waiting_.size() + sending_.size(), .oldest = {}};
  const base::WallTime now = clock_.now().wall;
  for (const Item& item : sending_) backlog.oldest = std::max(backlog.oldest, now - item.accepted_at);
  for (const Item& item : waiting_) backlog.oldest = std::max(backlog.oldest, now - item.accepted_at);
  return backlog;
}

bool Queue::drain(base::Duration patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.empty() && sending_.empty(); });
}

void Queue::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (choose(lock, stop) && deliver(lock, stop)) {
    sending_.clear();
    changed_.notify_all();
  }
  if (const auto left = waiting_.size() + sending_.size(); left > 0) {
    base::log::warn(store_ == nullptr ? "undelivered notices are lost at shutdown"
                                      : "undelivered notices are kept for the next start",
                    {{"notifier", name_}, {"count", left}});
  }
}

bool Queue::choose(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const base::MonoTime now = clock_.now().mono;
    if (pace_.allows(patience_.max_per_minute, now) || stands_alone(waiting_.front().notice.kind)) {
      sending_.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
      return true;
    }
    if (const base::Duration wait = pace_.until_digest(now); wait > base::Duration::zero()) {
      const std::uint64_t generation = generation_;
      changed_.wait_for(lock, stop, wait, [&] { return generation_ != generation; });
      continue;
    }
    // Notices that must be sent one by one follow the digest.
    std::deque<Item> alone;
    for (Item& item : waiting_) {
      if (stands_alone(item.notice.kind)) {
        alone.push_back(std::move(item));
      } else {
        sending_.push_back(std::move(item));
      }
    }
    waiting_ = std::move(alone);
    return true;
  }
  return false;
}

bool Queue::deliver(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  Notice notice = sending_.front().notice;
  if (sending_.size() > 1) {
    std::vector<Notice> all;
    for (const Item& item : sending_) all.push_back(item.notice);
    notice = digest(all, clock_.now().wall);
  }
  for (int attempt = 1;; ++attempt) {
    const auto notifier = notifier_;
    const std::uint64_t generation = generation_;
    const RetryPolicy patience = patience_;
    lock.unlock();
    const Delivery delivery = notifier->deliver(notice, base::Deadline::after(clock_, patience.attempt));
    if (delivery.status == Delivery::Status::kDelivered) forget(store_, rows_of_sending());
    lock.lock();
    if (delivery.status == Delivery::Status::kDelivered) {
      pace_.sent(clock_.now().mono);
      (sending_.size() > 1 ? counts_.digested : counts_.delivered) += sending_.size();
      return true;
    }
    if (delivery.status == Delivery::Status::kRefused || is_expired()) {
      bury(lock, delivery.error, attempt);
      return true;
    }
    if (attempt == 1) {
      base::log::warn("failed to deliver a notice, retrying",
                      {{"notifier", name_}, {"error", delivery.error}});
    }
    changed_.wait_for(lock, stop, delay_after(attempt, delivery.retry_after, patience, jitter_()),
                      [&] { return generation_ != generation; });
    if (stop.stop_requested()) return false;
  }
}

void Queue::bury(std::unique_lock<std::mutex>& lock, const std::string& error, int attempts) {
  base::log::error("failed to deliver a notice, giving up", {{"notifier", name_},
                                                             {"title", sending_.front().notice.title},
                                                             {"notices", sending_.size()},
                                                             {"error", error},
                                                             {"attempts", attempts}});
  counts_.failed += sending_.size();
  if (store_ == nullptr) return;
  const auto rows = rows_of_sending();
  lock.unlock();
  if (const auto buried = store_->bury(rows, clock_.now().wall, error); !buried)
    base::log::warn("failed to store a dead letter", {{"error", buried.error().message}});
  lock.lock();
}

// The newest notice of a digest decides: it may be retried for `give_up_after`, too.
bool Queue::is_expired() const {
  return clock_.now().wall - sending_.back().accepted_at >= patience_.give_up_after;
}

std::vector<std::uint64_t> Queue::rows_of_sending() const {
  std::vector<std::uint64_t> rows;
  for (const Item& item : sending_) {
    if (item.row != 0) rows.push_back(item.row);
  }
  return rows;
}

}  // namespace healer::notify
