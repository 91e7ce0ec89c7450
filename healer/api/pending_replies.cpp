#include "healer/api/pending_replies.h"

namespace healer {

std::uint64_t PendingReplies::issue() {
  std::lock_guard lock(mutex_);
  open_.emplace(++last_, std::nullopt);
  return last_;
}

void PendingReplies::answer(std::uint64_t ticket, const base::Result<>& result) {
  {
    std::lock_guard lock(mutex_);
    const auto found = open_.find(ticket);
    if (found == open_.end()) return;
    found->second = result;
  }
  answered_.notify_all();
}

std::optional<base::Result<>> PendingReplies::wait(std::uint64_t ticket, base::Duration patience) {
  std::unique_lock lock(mutex_);
  answered_.wait_for(lock, patience, [&] { return open_.at(ticket).has_value(); });
  auto answer = std::move(open_.at(ticket));
  open_.erase(ticket);
  return answer;
}

}  // namespace healer
