#include "base/http/web/password_queue.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace base::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostWaiting = 64;
constexpr std::size_t kMostHeldBack = 1024;
constexpr std::size_t kAddressesRemembered = 1024;
constexpr Duration kLongestWait = seconds(10);
// This many wrong passwords get an immediate response: those of a user who mistypes.
constexpr int kAtOnce = 8;
// One response to a wrong password in the time of this many hashes.
constexpr int kPace = 4;
constexpr Duration kLeastPace = milliseconds(50);
constexpr Duration kMostPace = seconds(2);
constexpr Duration kLongestHeldBack = seconds(30);
constexpr Duration kRetry = milliseconds(10);

// Retried, because a request that is not resumed would hang. Memory is released as other requests finish.
void call(const std::function<void()>& resume) {
  for (;;) {
    try {
      return resume();
    } catch (const std::exception&) {
      std::this_thread::sleep_for(kRetry);
    }
  }
}

}  // namespace

PasswordQueue::PasswordQueue(const Clock& clock)
    : clock_(clock), pace_(kLeastPace), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void PasswordQueue::add(const std::string& from, std::function<bool()> check, std::function<void()> resume) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    const MonoTime now = clock_.now().mono;
    waiting_.push_back({from, std::move(check), std::move(resume), now});
    if (waiting_.size() > kMostWaiting) {
      const auto oldest = oldest_of_the_most();
      hold_back(std::move(oldest->resume), now);
      waiting_.erase(oldest);
    }
    added_ = true;
  }
  changed_.notify_one();
}

void PasswordQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  waiting_.clear();
  held_back_.clear();
}

// The oldest request of the address with the most waiting requests.
PasswordQueue::Waitings::iterator PasswordQueue::oldest_of_the_most() {
  std::map<std::string_view, std::size_t> from;
  for (const Waiting& each : waiting_) ++from[each.from];
  return std::ranges::max_element(waiting_, {}, [&](const Waiting& each) { return from[each.from]; });
}

// The newest request of the address that was served longest ago.
PasswordQueue::Waitings PasswordQueue::take_next() {
  const auto served = [this](const Waiting& each) {
    const auto found = served_.find(each.from);
    return found == served_.end() ? 0 : found->second;
  };
  auto next = std::prev(waiting_.end());
  for (auto each = next; each != waiting_.begin();) {
    --each;
    if (served(*each) < served(*next)) next = each;
  }
  served_[next->from] = ++turn_;
  if (served_.size() > kAddressesRemembered) {
    served_.erase(std::ranges::min_element(served_, {}, [](const auto& each) { return each.second; }));
  }
  Waitings taken;
  taken.splice(taken.end(), waiting_, next);
  return taken;
}

bool PasswordQueue::give_up_oldest(MonoTime now) {
  if (waiting_.empty() || now - waiting_.front().since < kLongestWait) return false;
  hold_back(std::move(waiting_.front().resume), now);
  waiting_.pop_front();
  return true;
}

void PasswordQueue::hold_back(std::function<void()> resume, MonoTime now) {
  next_wrong_ = std::max(next_wrong_, now) + pace_;
  MonoTime at = std::max(now, next_wrong_ - kAtOnce * pace_);
  at = std::min(at, now + kLongestHeldBack);
  // When there is no room, the response that was delayed longest is released.
  if (held_back_.size() >= kMostHeldBack) {
    auto first = held_back_.extract(held_back_.begin());
    first.key() = MonoTime::min();
    held_back_.insert(std::move(first));
  }
  held_back_.emplace(at, std::move(resume));
}

void PasswordQueue::resume_due(std::unique_lock<std::mutex>& lock) {
  while (!held_back_.empty() && held_back_.begin()->first <= clock_.now().mono) {
    const auto due = held_back_.extract(held_back_.begin());
    lock.unlock();
    call(due.mapped());
    lock.lock();
  }
}

Duration PasswordQueue::until_due() const {
  if (held_back_.empty()) return seconds(60);
  return std::max<Duration>(held_back_.begin()->first - clock_.now().mono, milliseconds(1));
}

void PasswordQueue::hash(Waiting waiting, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const MonoTime began = clock_.now().mono;
  bool right = false;
  try {
    right = waiting.check();
  } catch (const std::exception&) {
    right = false;  // out of memory: treated as not checked
  }
  if (right) call(waiting.resume);
  const MonoTime now = clock_.now().mono;
  lock.lock();
  pace_ = std::clamp<Duration>(kPace * (now - began), kLeastPace, kMostPace);
  if (!right) hold_back(std::move(waiting.resume), now);
}

void PasswordQueue::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    try {
      resume_due(lock);
      while (give_up_oldest(clock_.now().mono)) continue;
      if (!waiting_.empty()) {
        hash(std::move(take_next().front()), lock);
        continue;
      }
      changed_.wait_for(lock, stop, until_due(), [this] { return added_; });
      added_ = false;
    } catch (const std::exception&) {
      // No memory.
      if (!lock.owns_lock()) lock.lock();
      changed_.wait_for(lock, stop, kRetry, [] { return false; });
    }
  }
}

}  // namespace base::http
