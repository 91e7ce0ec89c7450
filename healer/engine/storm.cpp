#include "healer/engine/storm.h"

#include <algorithm>

#include "healer/engine/guards/guard.h"

namespace healer::storm {

std::size_t targets_in_trouble(const Config& config, const History& history) {
  const auto ill = [&](std::uint64_t number) { return history.any_firing(*history.incident(number)); };
  return static_cast<std::size_t>(std::ranges::count_if(history.open_by_target(), [&](const auto& target) {
    return target.first.kind == kContainer && std::ranges::any_of(target.second, ill) &&
           guards::taken(target.first, config, history) == 0;
  }));
}

std::size_t limit(const StormConfig& config, std::size_t declared) {
  const auto share = static_cast<std::size_t>(config.share * static_cast<double>(declared));
  return std::min(static_cast<std::size_t>(config.targets), std::max<std::size_t>(2, share));
}

Step step(bool active, std::size_t targets, std::size_t declared, std::optional<base::MonoTime> calm_since,
          base::MonoTime now, const StormConfig& config) {
  const std::size_t most = limit(config, declared);
  if (!active) return {.moved = targets > most};
  if (targets > most / 2) return {};
  const base::MonoTime since = calm_since.value_or(now);
  if (now >= since + config.calm) return {.moved = true};
  return {.moved = false, .calm_since = since, .due = since + config.calm};
}

}  // namespace healer::storm
