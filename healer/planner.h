// What to do about an incident, as a pure function of what is known.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/conditions.h"
#include "healer/config.h"
#include "healer/guards/guard.h"
#include "healer/history.h"
#include "healer/incident.h"

namespace healer {

// What an alert asks for, or why it may not.
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

// What a playbook acts on when a person has it run: its task, which takes no target; else what they name:
// trading, a declared subsystem, or a declared container or subsystem that has one.
base::Result<Asked> read_wish(const std::string& playbook, const std::string& target, const Config& config);

// Run the action of this rung.
struct Plan {
  std::size_t rung = 0;
  std::vector<std::uint64_t> takes_from{};  // less urgent incidents on the target that only look
};
// Nothing is left to try: a person must look. With the reason where a guard is why.
struct Spent {
  std::optional<Refusal> reason;
  std::string why;
};
using Decision = std::variant<Plan, guards::Refused, Spent>;

// The rung that is next, whatever the guards say. One that only prepares and may not start by itself is
// passed over. Nothing when none is left, or when the configuration no longer has the playbook or the target.
std::optional<std::size_t> next_rung(const Incident& incident, const Config& config);

// Its last action only prepared what follows, and the symptom is there still: nothing is to be looked at yet.
bool only_prepared(const Incident& incident, const Config& config, const History& history);

// For an incident that could act now, on `description`: what its next rung would do. Attempts on one rung
// come before the next rung. A target that has had its playbook's attempts within the window latches the
// incident, rather than waiting for the window to move on: what needs healing so often is not being healed.
Decision decide(const Incident& incident, const Config& config, const History& history,
                const Conditions& conditions, base::Now now, std::string_view description = {});

const Playbook* find_playbook(const Config& config, std::string_view name);

}  // namespace healer
