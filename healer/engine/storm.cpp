#include "healer/engine/storm.h"

#include <algorithm>

#include "healer/engine/guards/guard.h"

namespace healer::storm {

namespace {

constexpr std::size_t kSmallStack = 10;  // fewer declared containers than this
constexpr int kTargets = 5;
constexpr double kShare = 0.5;
constexpr double kShareOfSmallStack = 2.0 / 3;

bool about_degradation(const Alert& alert) {
  const std::string_view issue = alert.label("issue");
  return alert.label("status") == "degraded" || issue == "medium" || issue == "low";
}

bool in_trouble(const Incident& incident, const History& history) {
  if (incident.state == State::kVerifying || incident.state == State::kProbation) return false;
  return std::ranges::any_of(incident.members, [&](const Member& member) {
    const auto found = history.alerts().find(member.fingerprint);
    return found != history.alerts().end() && found->second.alert.firing &&
           !about_degradation(found->second.alert);
  });
}

}  // namespace

std::size_t targets_in_trouble(const Config& config, const History& history) {
  const auto troubled = [&](std::uint64_t number) { return in_trouble(*history.incident(number), history); };
  return static_cast<std::size_t>(std::ranges::count_if(history.open_by_target(), [&](const auto& target) {
    return target.first.kind == kContainer && std::ranges::any_of(target.second, troubled) &&
           guards::taken(target.first, config, history) == 0;
  }));
}

std::size_t limit(const StormConfig& config, std::size_t declared) {
  const bool small = declared < kSmallStack && !config.share;
  const double share = config.share.value_or(small ? kShareOfSmallStack : kShare);
  const auto of_declared = static_cast<std::size_t>(share * static_cast<double>(declared));
  return std::min(static_cast<std::size_t>(config.targets.value_or(kTargets)),
                  std::max<std::size_t>(small ? 3 : 2, of_declared));
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
