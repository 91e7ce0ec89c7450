#include <fmt/format.h>

#include "healer/guards/guard.h"
#include "healer/undo.h"

namespace healer::guards {

// The trading system knows one restriction, not whose: as long as another incident holds it back, nobody lets
// it go on.
std::optional<Refused> restricted(const Question& question) {
  const Incident& incident = question.incident;
  if (!incident.undo || !resumes_trading(*incident.undo)) return std::nullopt;
  for (const std::uint64_t number : question.history.open()) {
    const Incident& other = *question.history.incident(number);
    if (number == parse_action_id(incident.undoes).incident || !restricts_trading(other)) continue;
    return Refused{Refusal::kTargetBusy, fmt::format("{} still holds trading back", other.id()), std::nullopt,
                   number};
  }
  return std::nullopt;
}

}  // namespace healer::guards
