#include "healer/engine/decider/expiry.h"

namespace healer {

std::vector<Record> expired(const History& history, StepContext& step) {
  std::vector<Record> records;
  const base::Now now = step.now;
  const auto check = [&](const auto& what, Expired::What name) {
    if (!what || !what->until) return;
    if (now.mono >= *what->until) {
      records.push_back({now.wall, Expired{name, {}}});
    } else {
      step.wake_at(what->until);
    }
  };
  check(history.pause(), Expired::What::kPause);
  check(history.hold(), Expired::What::kHold);
  for (const auto& [id, lease] : history.leases()) {
    if (lease.length == base::Duration::zero()) continue;
    if (now.mono >= lease.until) {
      records.push_back({now.wall, Expired{Expired::What::kLease, id}});
    } else {
      step.wake_at(lease.until);
    }
  }
  for (const std::string& id : history.live_approvals()) {
    const Approval& asked = *history.approval(id);
    if (now.mono < asked.until) {
      step.wake_at(asked.until);
    } else {
      records.push_back(
          {now.wall, ApprovalAnswered{id, asked.incident, ApprovalAnswered::Answer::kExpired, "", ""}});
    }
  }
  return records;
}

}  // namespace healer
