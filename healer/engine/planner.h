// What to do about an incident, as a pure function of its inputs.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/engine/guard_context.h"
#include "healer/engine/guards/guard.h"
#include "healer/state/history/history.h"
#include "healer/state/incident.h"

namespace healer {

// What an alert requests, or why that is not allowed.
struct Asked {
  const Playbook* playbook = nullptr;
  Target target;
  std::string subsystem;
};
struct NotAllowed {
  Refusal reason{};
  std::string detail;
};
// The alert names a playbook, the playbook accepts the alert, and the target is declared: the playbook's own
// task; trading; the alert's `subsystem`; for a playbook that acts on containers the alert's `container`
// label, and only for an alert without one the container of its `subsystem`.
std::variant<Asked, NotAllowed> read_request(const Alert& alert, const Config& config);

// The target of a playbook that an operator runs: its task, without a target argument; else the named target:
// trading, a declared subsystem, or a declared container or subsystem that has one.
base::Result<Asked> read_wish(const std::string& playbook, const std::string& target, const Config& config);

// Run the action of this rung.
struct Plan {
  std::size_t rung = 0;
  std::vector<std::uint64_t> takes_from{};  // less urgent incidents on the target that only verify
};
// No rung is left: operator action required. `reason` is set if a guard is the cause.
struct Spent {
  std::optional<Refusal> reason;
  std::string why;
};
using Decision = std::variant<Plan, guards::Refused, Spent>;

// The next rung, regardless of guards. One that only prepares and may not start automatically is skipped.
// nullopt when none is left, or when the configuration no longer has the playbook or the target.
std::optional<std::size_t> next_rung(const Incident& incident, const Config& config);

// Its last action only prepared the next rung, and the symptom is still present: there is nothing to verify
// yet.
bool only_prepared(const Incident& incident, const Config& config, const History& history);

// For an incident that could act now, on `description`: what its next rung would do. Attempts on one rung
// come before the next rung. When a target has had its playbook's attempts within the window, the incident
// latches instead of waiting: healing that is needed so often does not help. A task waits.
Decision decide(const Incident& incident, const Config& config, const History& history,
                const GuardContext& conditions, base::Now now, std::string_view description = {});

}  // namespace healer
