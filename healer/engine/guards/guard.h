// A guard may refuse an action for now. Each is a pure function in its own file; table.cpp has their order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/guard_context.h"
#include "healer/state/history/history.h"
#include "healer/state/incident.h"

namespace healer::guards {

struct Question {
  const Incident& incident;
  const Playbook& playbook;
  const Rung& rung;  // what would run
  const Config& config;
  const History& history;
  const GuardContext& conditions;
  base::Now now{};
  // What would run: the rung's number, and its description (actions::Action::describe).
  std::size_t rung_number = 0;
  std::string_view description = {};
};

struct Refused {
  Refusal reason{};
  std::string detail;
  std::optional<base::MonoTime> retry_at{};  // when the guard opens by itself, if it knows
  std::uint64_t by = 0;                      // the incident that blocks it, if any
  bool latches = false;                      // it never opens: an operator must handle the incident
};

using Ask = std::optional<Refused> (*)(const Question&);

struct Guard {
  std::string_view name;
  Ask ask;
};

// An operator has run the playbook: the limits of automatic healing do not apply (cooldown, attempts, latch,
// actions per hour). What keeps the stack safe does.
inline bool is_by_hand(const Incident& incident) {
  return !incident.started_by.empty() && incident.undoes.empty();
}

std::optional<Refused> paused(const Question& question);
std::optional<Refused> suppressed(const Question& question);
std::optional<Refused> contradicted(const Question& question);
std::optional<Refused> unverified(const Question& question);
std::optional<Refused> hours(const Question& question);
std::optional<Refused> journal(const Question& question);
std::optional<Refused> self_health(const Question& question);
std::optional<Refused> starting(const Question& question);
std::optional<Refused> policy(const Question& question);
std::optional<Refused> storm(const Question& question);
std::optional<Refused> latched(const Question& question);
std::optional<Refused> target_busy(const Question& question);
std::optional<Refused> restricted(const Question& question);
std::optional<Refused> parent(const Question& question);
std::optional<Refused> cooldown(const Question& question);
std::optional<Refused> actions_per_hour(const Question& question);
std::optional<Refused> concurrency(const Question& question);
std::optional<Refused> attempts(const Question& question);
std::optional<Refused> dry_run(const Question& question);
std::optional<Refused> approval(const Question& question);

// The refusal of target_busy, which depends only on these.
std::optional<Refused> busy(const Incident& incident, const Config& config, const History& history);
// The incident whose action has stopped the container on purpose: from the intent until the outcome is
// verified. 0: none.
std::uint64_t taken(const Target& target, const Config& config, const History& history);
// The incidents that `to` takes the target from when it acts: less urgent ones without a running action.
std::vector<std::uint64_t> yielding(const Incident& to, const Config& config, const History& history);

// In the order of evaluation: the operator's settings, the healer itself, the whole stack, the target, the
// limits. Approval comes last: an operator is asked only if nothing else refuses.
std::span<const Guard> table();
// The first that refuses.
std::optional<Refused> ask(const Question& question);

struct Verdict {
  std::string_view guard;
  std::optional<Refused> refused;
};
// The verdicts of all guards in order, also after the first refusal: to explain a decision.
std::vector<Verdict> ask_all(const Question& question);

}  // namespace healer::guards
