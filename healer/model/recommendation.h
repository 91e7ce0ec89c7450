// The action that the healer proposes for an incident, whether or not it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "healer/model/model.h"

namespace healer {

// The expected effect and the risk are described with the action: actions/table.h.
struct Recommendation {
  enum class Outcome {
    kOpen,       // just made
    kExecuted,   // its action has started
    kRefused,    // refused for now, with the reason
    kWithdrawn,  // its incident closed, or another one replaced it
  };

  std::uint64_t number = 0;  // of its record
  std::uint64_t incident = 0;
  std::string issue;  // the fingerprint of the alert that it answers
  std::string playbook;
  std::size_t rung = 0;
  std::string action_id;  // that it has or would have had
  std::string action;
  Target target;
  std::string description;
  int priority = 0;       // 1 first
  bool automatic = true;  // may start automatically
  bool approval = false;  // needs an operator's approval
  base::WallTime at{};
  Outcome outcome = Outcome::kOpen;
  std::optional<Refusal> refusal;  // while refused
  std::string detail;              // why

  std::string id() const;  // REC-18
};

std::string_view to_string(Recommendation::Outcome outcome);

// 1 to 8, by the severity of the issue and, among equals, whether it impacts trading. `issue` is the alert's
// label of that name; without it, `severity` counts.
int priority_of(std::string_view issue, std::string_view severity, bool impacts_trading);
// Of all alerts of an incident: by the first that names its issue, and whether any impacts trading.
int priority_of(std::span<const Alert> alerts, std::string_view severity);

}  // namespace healer
