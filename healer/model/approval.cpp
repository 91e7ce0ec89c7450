#include "healer/model/approval.h"

#include <fmt/format.h>

namespace healer {

std::string_view to_string(Approval::State state) {
  switch (state) {
    case Approval::State::kPending:
      return "pending";
    case Approval::State::kApproved:
      return "approved";
    case Approval::State::kUsed:
      return "used";
    case Approval::State::kRejected:
      return "rejected";
    case Approval::State::kExpired:
      return "expired";
    case Approval::State::kWithdrawn:
      return "withdrawn";
  }
  return "?";
}

std::string approval_id(std::uint64_t incident, int count) {
  return fmt::format("APR-{}-{}", incident, count);
}

}  // namespace healer
