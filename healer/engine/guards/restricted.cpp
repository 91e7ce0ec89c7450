#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "healer/engine/guards/guard.h"
#include "healer/state/undo.h"

namespace healer::guards {
namespace {

bool is_being_undone(const Incident& incident) {
  return std::ranges::any_of(incident.undoable, [](const auto& entry) {
    return resumes_trading(entry.second.by) && !entry.second.undone && entry.second.incident != 0;
  });
}

// The incidents whose restriction of this kind is in force: open ones, and older ones that still halt
// trading.
std::set<std::uint64_t> imposing(std::string_view restriction, const History& history) {
  std::set<std::uint64_t> numbers;
  for (const std::uint64_t number : history.open()) {
    if (restricts_trading(*history.incident(number), restriction)) numbers.insert(number);
  }
  for (const auto& [action, halt] : history.halts()) {
    if (restriction.empty() || halt.action == restriction) numbers.insert(halt.incident);
  }
  return numbers;
}

}  // namespace

// The trading system does not know which incident imposed a restriction. So it is not lifted while another
// incident imposes the same one and does not undo it. Restrictions of another kind do not matter.
std::optional<Refused> restricted(const Question& question) {
  const Incident& incident = question.incident;
  if (!incident.undo || !resumes_trading(*incident.undo)) return std::nullopt;
  for (const std::uint64_t number : imposing(lifted_by(*incident.undo), question.history)) {
    const Incident* other = question.history.incident(number);
    if (number == parse_action_id(incident.undoes).incident || other == nullptr || is_being_undone(*other))
      continue;
    return Refused{Refusal::kTargetBusy, fmt::format("{} still restricts trading", other->id()), std::nullopt,
                   number};
  }
  return std::nullopt;
}

}  // namespace healer::guards
