// Why an alert is or is not acted on: the whole decision, guard by guard, without doing anything.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "healer/guards/guard.h"
#include "healer/planner.h"
#include "healer/recommendation.h"

namespace healer {

struct Explanation {
  Alert alert;
  std::optional<NotAllowed> not_allowed;  // set: nothing of what follows is
  std::string incident;                   // the open one that it belongs to; empty: it would open one
  std::string playbook;
  Target target;
  std::string subsystem;
  std::optional<std::size_t> rung;  // none: nothing is left to try
  std::string action;
  std::string description;
  int priority = 0;
  bool automatic = true;
  bool approval = false;
  std::vector<guards::Verdict> guards;  // every one's
  Decision decision;                    // what would come of it
  bool acts() const { return !not_allowed && std::holds_alternative<Plan>(decision); }
};

// `history` is what is known; it is told of the alert, as if it had just come. `describe` says what a rung of
// a playbook would do to a target. Pure but for that.
Explanation explain(const Alert& alert, const Config& config, History& history, base::Now now,
                    const std::function<std::string(const std::string& playbook, std::size_t rung,
                                                    const Target& target)>& describe);

}  // namespace healer
