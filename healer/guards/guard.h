// A guard may refuse an action for now. Each is a pure function in a file of its own; table.cpp is their
// order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/conditions.h"
#include "healer/config.h"
#include "healer/history.h"
#include "healer/incident.h"

namespace healer::guards {

struct Question {
  const Incident& incident;
  const Playbook& playbook;
  const Rung& rung;  // what would run
  const Config& config;
  const History& history;
  const Conditions& conditions;
  base::Now now{};
  // What is to run: the rung's number, and what it would do in words (actions::Action::describe).
  std::size_t rung_number = 0;
  std::string_view description = {};
};

struct Refused {
  Refusal reason{};
  std::string detail;
  std::optional<base::MonoTime> retry_at{};  // when the guard opens by itself, if it knows
  std::uint64_t by = 0;                      // the incident that stands in the way, if one does
  bool latches = false;                      // it never will: the incident is left to a person
};

using Ask = std::optional<Refused> (*)(const Question&);

struct Guard {
  std::string_view name;
  Ask ask;
};

std::optional<Refused> paused(const Question& question);
std::optional<Refused> suppressed(const Question& question);
std::optional<Refused> contradicted(const Question& question);
std::optional<Refused> hours(const Question& question);
std::optional<Refused> journal(const Question& question);
std::optional<Refused> unfit(const Question& question);
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

// The refusal of target_busy, which depends on no more than this.
std::optional<Refused> busy(const Incident& incident, const Config& config, const History& history);
// The incident whose action has stopped the container on purpose: from the intent until it is known what came
// of it. 0: none.
std::uint64_t taken(const Target& target, const Config& config, const History& history);
// The incidents on its target that `to` takes it from when it acts: less urgent, and none of their actions
// runs.
std::vector<std::uint64_t> yielding(const Incident& to, const Config& config, const History& history);

// In the order in which they are asked: what a person said, the healer itself, the whole stack, the target,
// the budgets. A person is asked only when nothing else is in the way.
std::span<const Guard> table();
// The first that refuses.
std::optional<Refused> ask(const Question& question);

struct Verdict {
  std::string_view guard;
  std::optional<Refused> refused;
};
// Every guard's, in their order, also after the first that refuses: to explain a decision.
std::vector<Verdict> ask_all(const Question& question);

}  // namespace healer::guards
