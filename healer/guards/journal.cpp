#include "healer/guards/guard.h"

namespace healer::guards {

std::optional<Refused> journal(const Question& question) {
  if (question.conditions.journal_ok) return std::nullopt;
  return Refused{Refusal::kJournalUnwritable, "no intent can be made durable", std::nullopt};
}

}  // namespace healer::guards
