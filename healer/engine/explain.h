// Why the healer acts on an alert or not: the whole decision with every guard, without running anything.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "healer/engine/guards/guard.h"
#include "healer/engine/planner.h"
#include "healer/model/recommendation.h"

namespace healer {

struct Explanation {
  Alert alert;
  std::optional<NotAllowed> not_allowed;  // set: the fields below are not
  std::string incident;                   // the open one that it belongs to; empty: it would open one
  std::string playbook;
  Target target;
  std::string subsystem;
  std::optional<std::size_t> rung;  // none: no rung is left
  std::string action;
  std::string description;
  int priority = 0;
  bool automatic = true;
  bool approval = false;
  std::vector<guards::Verdict> guards;  // of every guard
  Decision decision;                    // the resulting decision
  bool acts() const { return !not_allowed && std::holds_alternative<Plan>(decision); }
};

// The alert is added to `history`, as if it had just arrived. `describe` returns what a rung of a playbook
// would do to a target. Otherwise pure.
Explanation explain(const Alert& alert, const Config& config, History& history, base::Now now,
                    const std::function<std::string(const std::string& playbook, std::size_t rung,
                                                    const Target& target)>& describe);

}  // namespace healer
