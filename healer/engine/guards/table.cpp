#include <array>

#include "healer/engine/guards/guard.h"

namespace healer::guards {

std::span<const Guard> table() {
  static constexpr std::array kTable{
      Guard{"paused", paused},
      Guard{"suppressed", suppressed},
      Guard{"hours", hours},
      Guard{"journal", journal},
      Guard{"unhealthy", self_health},
      Guard{"starting", starting},
      Guard{"policy", policy},
      Guard{"storm", storm},
      Guard{"latched", latched},
      Guard{"target_busy", target_busy},
      Guard{"restricted", restricted},
      Guard{"contradicted", contradicted},
      Guard{"unverified", unverified},
      Guard{"parent", parent},
      Guard{"cooldown", cooldown},
      Guard{"attempts", attempts},
      Guard{"actions_per_hour", actions_per_hour},
      Guard{"concurrency", concurrency},
      Guard{"dry_run", dry_run},
      Guard{"approval", approval},
  };
  return kTable;
}

std::optional<Refused> ask(const Question& question) {
  for (const Guard& guard : table()) {
    if (auto refused = guard.ask(question)) return refused;
  }
  return std::nullopt;
}

std::vector<Verdict> ask_all(const Question& question) {
  std::vector<Verdict> verdicts;
  for (const Guard& guard : table()) verdicts.push_back({guard.name, guard.ask(question)});
  return verdicts;
}

}  // namespace healer::guards
