#include <array>

#include "healer/guards/guard.h"

namespace healer::guards {

std::span<const Guard> table() {
  static constexpr std::array<Guard, 6> kTable{paused, journal, latched, target_busy, cooldown, attempts};
  return kTable;
}

std::optional<Refused> ask(const Question& question) {
  for (const Guard guard : table()) {
    if (auto refused = guard(question)) return refused;
  }
  return std::nullopt;
}

}  // namespace healer::guards
