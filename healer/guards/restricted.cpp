#include <fmt/format.h>

#include "healer/guards/guard.h"
#include "healer/undo.h"

namespace healer::guards {

// The trading system knows a restriction, not whose: as long as another incident imposes the same one, it is
// not lifted. Restrictions of another kind do not matter.
std::optional<Refused> restricted(const Question& question) {
  const Incident& incident = question.incident;
  if (!incident.undo || !resumes_trading(*incident.undo)) return std::nullopt;
  const std::string restriction = lifted_by(*incident.undo);
  for (const std::uint64_t number : question.history.open()) {
    const Incident& other = *question.history.incident(number);
    if (number == parse_action_id(incident.undoes).incident || !restricts_trading(other, restriction))
      continue;
    return Refused{Refusal::kTargetBusy, fmt::format("{} still holds trading back", other.id()), std::nullopt,
                   number};
  }
  return std::nullopt;
}

}  // namespace healer::guards
