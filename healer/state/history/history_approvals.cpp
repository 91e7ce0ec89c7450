// Recommendations, requests for approval and their answers.
#include <fmt/format.h>

#include <algorithm>

#include "healer/state/history/history.h"

namespace healer {

const Approval* History::approval(const std::string& id) const {
  const auto found = approvals_.find(id);
  return found == approvals_.end() ? nullptr : &found->second;
}

const Recommendation* History::recommendation(std::uint64_t number) const {
  const auto found = std::ranges::lower_bound(recommendations_, number, {}, &Recommendation::number);
  return found == recommendations_.end() || found->number != number ? nullptr : &*found;
}

Recommendation* History::current_recommendation(const Incident& incident) {
  const auto found =
      std::ranges::lower_bound(recommendations_, incident.recommendation, {}, &Recommendation::number);
  return found == recommendations_.end() || found->number != incident.recommendation ? nullptr : &*found;
}

void History::take(const Recommended& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  if (Recommendation* before = current_recommendation(*incident);
      before != nullptr && before->outcome != Recommendation::Outcome::kExecuted) {
    before->outcome = Recommendation::Outcome::kWithdrawn;
    before->refusal.reset();
    before->detail = "replaced by another one";
  }
  incident->recommendation = when.seq;
  recommendations_.push_back({.number = when.seq,
                              .incident = fact.incident,
                              .issue = fact.issue,
                              .playbook = fact.playbook,
                              .rung = fact.rung,
                              .action_id = fact.action_id,
                              .action = fact.action,
                              .target = fact.target,
                              .description = fact.description,
                              .priority = static_cast<int>(fact.priority),
                              .automatic = fact.automatic,
                              .approval = fact.approval,
                              .at = when.wall,
                              .outcome = Recommendation::Outcome::kOpen,
                              .refusal = {},
                              .detail = {}});
  if (recommendations_.size() > kRecommendedLimit) recommendations_.pop_front();
}

void History::take(const ApprovalAsked& fact, const When& when) {
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  if (const auto before = approvals_.find(incident->approval);
      before != approvals_.end() && before->second.live())
    decided(before->second, Approval::State::kWithdrawn);
  incident->approval = fact.approval;
  ++incident->questions;
  live_approvals_.insert(fact.approval);
  approvals_[fact.approval] = {.id = fact.approval,
                               .incident = fact.incident,
                               .action_id = fact.action_id,
                               .playbook = fact.playbook,
                               .rung = fact.rung,
                               .action = fact.action,
                               .target = fact.target,
                               .description = fact.description,
                               .refusal = fact.refusal,
                               .state = Approval::State::kPending,
                               .requested_at = when.wall,
                               .expires_at = when.wall + fact.within,
                               .until = when.mono + fact.within,
                               .who = {},
                               .reason = {}};
  tell(*incident, when.wall, "approval_asked", fmt::format("{}: {}", fact.approval, fact.description));
}

void History::take(const ApprovalAnswered& fact, const When& when) {
  using Answer = ApprovalAnswered::Answer;
  const auto found = approvals_.find(fact.approval);
  if (found == approvals_.end()) return;
  Approval& approval = found->second;
  approval.who = fact.who;
  approval.reason = fact.reason;
  if (fact.answer == Answer::kApproved) {
    approval.state = Approval::State::kApproved;
  } else {
    decided(approval,
            fact.answer == Answer::kRejected ? Approval::State::kRejected : Approval::State::kExpired);
  }
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  const std::string_view colon = fact.reason.empty() ? "" : ": ";
  const std::string by = fact.who.empty() ? "" : fmt::format(" by {}{}{}", fact.who, colon, fact.reason);
  tell(*incident, when.wall, fmt::format("approval_{}", to_string(fact.answer)), fact.approval + by);
}

// It can no longer lead to an action. The oldest of these is forgotten when there are too many.
void History::decided(Approval& approval, Approval::State state) {
  approval.state = state;
  live_approvals_.erase(approval.id);
  decided_approvals_.push_back(approval.id);
  if (decided_approvals_.size() <= kDecidedLimit) return;
  approvals_.erase(decided_approvals_.front());
  decided_approvals_.pop_front();
}

// A request is about the next action as of now, so another verification withdraws it. An approval stays valid
// over a verification.
void History::withdraw_if_moot(const Incident& incident) {
  const auto asked = approvals_.find(incident.approval);
  if (asked == approvals_.end() || !asked->second.live()) return;
  const bool over = !is_open(incident.state) || incident.state == State::kExhausted;
  const bool waits = incident.state == State::kGated;
  if (over || (!waits && asked->second.state == Approval::State::kPending))
    decided(asked->second, Approval::State::kWithdrawn);
}

}  // namespace healer
