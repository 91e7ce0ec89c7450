#include <fmt/format.h>

#include "healer/engine/guards/guard.h"

namespace healer::guards {

// Opens once, for exactly the action that an operator has approved.
std::optional<Refused> approval(const Question& question) {
  const Rung& rung = question.rung;
  if (rung.automatic && !rung.approval) return std::nullopt;
  const Approval* asked = question.history.approval(question.incident.approval);
  const bool same =
      asked != nullptr && asked->covers(question.incident.next_action_id(), question.description);
  if (same && asked->state == Approval::State::kApproved && question.now.mono < asked->until)
    return std::nullopt;
  const Refusal reason = rung.approval ? Refusal::kApproval : Refusal::kNotAutomatic;
  if (same && asked->state == Approval::State::kRejected) {
    return Refused{.reason = reason,
                   .detail = fmt::format("{} rejected: {}", asked->who, question.description),
                   .latches = true};
  }
  const bool waits = same && asked->state == Approval::State::kPending;
  return Refused{reason, fmt::format("an operator must approve: {}", question.description),
                 waits ? std::optional(asked->until) : std::nullopt};
}

}  // namespace healer::guards
