#include "healer/engine/decider/policy_publisher.h"

#include <algorithm>
#include <utility>

namespace healer {
namespace {

constexpr base::Duration kFileRetry = std::chrono::milliseconds(500);

}  // namespace

void PolicyPublisher::publish(Content content, std::uint64_t journal_records) {
  const bool changed = !document_ || document_->policy != content.policy ||
                       document_->permissions != content.permissions || document_->causes != content.causes;
  const base::Duration lease = step_.config->policy.lease;
  // After the wall clock was set, a document is valid for longer or shorter than intended.
  const base::Duration age = document_ ? step_.now.wall - document_->issued_at : base::Duration::zero();
  const bool clock_was_set = age < base::Duration::zero() || age > lease / 3;
  if (changed || clock_was_set || step_.now.mono >= *renew_at_) {
    document_ = PolicyDocument{.policy = content.policy,
                               .permissions = content.permissions,
                               .causes = std::move(content.causes),
                               .issued_at = step_.now.wall,
                               .valid_until = step_.now.wall + lease,
                               .sequence = next_sequence(),
                               .journal_record = journal_records};
    send();
    renew_at_ = step_.now.mono + lease / 3;
  }
  step_.wake_at(renew_at_);
}

void PolicyPublisher::send() {
  file_failing_ = !effects_.publish(*document_).has_value();
  retry_at_ = file_failing_ ? std::optional(step_.now.mono + kFileRetry) : std::nullopt;
}

void PolicyPublisher::retry_file() {
  if (retry_at_ && step_.now.mono >= *retry_at_) send();
  step_.wake_at(retry_at_);
}

// From the clock, so that it is higher than the sequences that clients read before a restart.
std::uint64_t PolicyPublisher::next_sequence() {
  const auto wall =
      std::chrono::duration_cast<std::chrono::milliseconds>(step_.now.wall.time_since_epoch()).count();
  sequence_ = std::max(sequence_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(wall, 0)));
  return sequence_;
}

}  // namespace healer
