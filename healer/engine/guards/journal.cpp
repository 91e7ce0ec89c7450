#include "healer/engine/guards/guard.h"

namespace healer::guards {

std::optional<Refused> journal(const Question& question) {
  if (question.conditions.journal_ok) return std::nullopt;
  return Refused{Refusal::kJournalUnwritable, "the journal cannot be written, so no intent can be recorded",
                 std::nullopt};
}

}  // namespace healer::guards
