// A guard may refuse an action for now. Each is a pure function in a file of its own; table.cpp is their
// order.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/history.h"
#include "healer/incident.h"

namespace healer::guards {

struct Question {
  const Incident& incident;
  const Playbook& playbook;
  const History& history;
  bool journal_ok = true;
  base::MonoTime now{};
};

struct Refused {
  Refusal reason{};
  std::string detail;
  std::optional<base::MonoTime> retry_at;  // when the guard opens by itself, if it knows
};

using Guard = std::optional<Refused> (*)(const Question&);

std::optional<Refused> paused(const Question& question);
std::optional<Refused> journal(const Question& question);
std::optional<Refused> latched(const Question& question);
std::optional<Refused> target_busy(const Question& question);
std::optional<Refused> cooldown(const Question& question);
std::optional<Refused> attempts(const Question& question);

// In the order in which they are asked: what a person said comes first, what would latch the incident comes
// last.
std::span<const Guard> table();
// The first that refuses.
std::optional<Refused> ask(const Question& question);

}  // namespace healer::guards
