// A request for an operator's approval of an action. It is valid for one run of one rung of one incident,
// exactly as described, and for a limited time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "healer/model/model.h"

namespace healer {

struct Approval {
  enum class State {
    kPending,
    kApproved,   // and not yet run
    kUsed,       // it has started
    kRejected,   // the incident waits for an operator
    kExpired,    // no operator answered in time, or the approved action could not start in time
    kWithdrawn,  // there is nothing left to approve
  };

  std::string id;  // APR-17-1: the incident and the count of its requests
  std::uint64_t incident = 0;
  std::string action_id;  // that it will have
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  std::string description;  // what the action would do
  Refusal refusal = Refusal::kApproval;
  State state = State::kPending;
  base::WallTime requested_at{};
  base::WallTime expires_at{};
  base::MonoTime until{};  // the same, in this process's monotonic time
  std::string who;         // the operator who answered
  std::string reason;

  // It may still lead to an action.
  bool live() const { return state == State::kPending || state == State::kApproved; }
  bool covers(std::string_view id_of_action, std::string_view what) const {
    return action_id == id_of_action && description == what;
  }
};

std::string_view to_string(Approval::State state);
std::string approval_id(std::uint64_t incident, int count);

}  // namespace healer
