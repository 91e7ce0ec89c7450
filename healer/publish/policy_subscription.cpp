#include "healer/publish/policy_subscription.h"

namespace healer::policy {

void PolicySubscription::publish(const PolicyDocument& document) {
  {
    std::lock_guard lock(mutex_);
    newest_ = document;
  }
  published_.notify_all();
}

PolicyDocument PolicySubscription::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}

PolicyDocument PolicySubscription::wait(std::uint64_t after, base::Duration patience) {
  std::unique_lock lock(mutex_);
  if (waiting_ >= most_waiting_) return newest_;
  ++waiting_;
  published_.wait_for(lock, patience, [&] { return closed_ || newest_.sequence != after; });
  --waiting_;
  return newest_;
}

int PolicySubscription::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

void PolicySubscription::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  published_.notify_all();
}

}  // namespace healer::policy
