#include <fmt/format.h>

#include "healer/engine/guards/guard.h"

namespace healer::guards {
namespace {

std::optional<Refused> refuse(const Hours& hours, base::Now now) {
  const auto until = [&now](base::WallTime at) { return now.mono + (at - now.wall); };
  if (const Window* quiet = window_at(hours.quiet, now.wall)) {
    return Refused{Refusal::kHours, fmt::format("quiet hours {} UTC", quiet->text),
                   until(end_of(*quiet, now.wall))};
  }
  if (hours.allowed.empty() || window_at(hours.allowed, now.wall) != nullptr) return std::nullopt;
  const auto next = next_begin(hours.allowed, now.wall);
  return Refused{Refusal::kHours, "outside of the allowed hours",
                 next ? std::optional(until(*next)) : std::nullopt};
}

}  // namespace

// Disruptive actions may be limited to certain hours. Windows are in UTC, by the wall clock.
std::optional<Refused> hours(const Question& question) {
  if (!question.rung.disruptive) return std::nullopt;
  if (auto refused = refuse(question.config.guards.hours, question.now)) return refused;
  return refuse(question.playbook.hours, question.now);
}

}  // namespace healer::guards
