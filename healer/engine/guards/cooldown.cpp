#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/duration.h"
#include "healer/engine/guards/guard.h"

namespace healer::guards {
namespace {

// Incidents that acted on the target in a row, the last one counted, with no sustained health in between.
std::size_t in_a_row(const Attempts& attempts, base::Duration sustained) {
  if (attempts.health >= sustained) return 1;
  const auto& before = attempts.health_before;
  const auto first = std::find_if(before.rbegin(), before.rend(),
                                  [sustained](base::Duration health) { return health >= sustained; });
  const auto count = static_cast<std::size_t>(first - before.rbegin());
  return std::max<std::size_t>(1, count + (first == before.rend() ? 0 : 1));
}

base::Duration pause_after(std::size_t incidents, const Playbook& playbook) {
  const double longest = static_cast<double>(std::max(playbook.cooldown, playbook.cooldown_max).count());
  const double grown = static_cast<double>(playbook.cooldown.count()) *
                       std::pow(playbook.cooldown_factor, static_cast<double>(incidents - 1));
  return base::Duration(static_cast<base::Duration::rep>(std::min(grown, longest)));
}

}  // namespace

// Applies between two incidents on one target, never between the rungs of one incident. The pause grows with
// each incident in a row.
std::optional<Refused> cooldown(const Question& question) {
  if (is_by_hand(question.incident)) return std::nullopt;
  const Attempts* attempts = question.history.attempts(question.incident.target, question.incident.playbook);
  if (attempts == nullptr || attempts->last_incident == 0) return std::nullopt;
  if (question.rung.prepares && !question.rung.disruptive) return std::nullopt;  // trading halts at once
  if (attempts->last_incident == question.incident.number) return std::nullopt;
  const std::size_t incidents = in_a_row(*attempts, question.playbook.cooldown_reset);
  const base::Duration pause = pause_after(incidents, question.playbook);
  const base::MonoTime over = attempts->last_ended + pause;
  if (question.now.mono >= over) return std::nullopt;
  std::string detail = base::format_duration(pause) + " after " + incident_id(attempts->last_incident);
  if (incidents > 1) detail += fmt::format(", {} incidents in a row", incidents);
  return Refused{Refusal::kCooldown, std::move(detail), over};
}

}  // namespace healer::guards
