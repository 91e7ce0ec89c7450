#include <fmt/format.h>

#include "healer/engine/guards/guard.h"

namespace healer::guards {
namespace {

// Opens when enough counted actions are more than an hour old that one more is within the limit.
template <class Counts>
std::optional<Refused> refuse(const Question& question, int limit, std::string_view of, Counts counts) {
  const base::MonoTime from = question.now.mono - std::chrono::hours(1);
  std::vector<base::MonoTime> recent;
  for (const Act& act : question.history.acts()) {
    if (act.at > from && counts(act)) recent.push_back(act.at);
  }
  if (recent.size() < static_cast<std::size_t>(limit)) return std::nullopt;
  return Refused{Refusal::kActionsPerHour, fmt::format("{} actions{} within an hour", limit, of),
                 recent[recent.size() - static_cast<std::size_t>(limit)] + std::chrono::hours(1)};
}

}  // namespace

// Limits the damage of a faulty healer. Tasks run by the clock and do not count for the global limit.
std::optional<Refused> actions_per_hour(const Question& question) {
  if (is_by_hand(question.incident)) return std::nullopt;
  const Playbook& playbook = question.playbook;
  if (playbook.actions_per_hour) {
    auto refused = refuse(question, *playbook.actions_per_hour, " of " + playbook.name,
                          [&](const Act& act) { return act.playbook == playbook.name; });
    if (refused) return refused;
  }
  if (!question.rung.disruptive) return std::nullopt;
  return refuse(question, question.config.guards.actions_per_hour, "",
                [](const Act& act) { return !act.task; });
}

}  // namespace healer::guards
