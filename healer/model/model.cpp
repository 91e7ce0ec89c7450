#include "healer/model/model.h"

#include <array>
#include <utility>

namespace healer {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

constexpr Names<Policy, 5> kPolicies{{
    {Policy::kAllowAll, "allow_all"},
    {Policy::kSafeRiskProfile, "safe_risk_profile"},
    {Policy::kNoNewTrades, "no_new_trades"},
    {Policy::kDefensiveExit, "defensive_exit"},
    {Policy::kEmergencyShutdown, "emergency_shutdown"},
}};

constexpr Names<State, 13> kStates{{
    {State::kAccepted, "accepted"},
    {State::kGated, "gated"},
    {State::kIntent, "intent"},
    {State::kRunning, "running"},
    {State::kVerifying, "verifying"},
    {State::kProbation, "probation"},
    {State::kIneffective, "ineffective"},
    {State::kUnknown, "unknown"},
    {State::kHealed, "healed"},
    {State::kResolved, "resolved"},
    {State::kExhausted, "exhausted"},
    {State::kReleased, "released"},
    {State::kFailed, "failed"},
}};

constexpr Names<Refusal, 23> kRefusals{{
    {Refusal::kPaused, "paused"},
    {Refusal::kTargetBusy, "target_busy"},
    {Refusal::kCooldown, "cooldown"},
    {Refusal::kAttempts, "attempts"},
    {Refusal::kUndeclaredTarget, "undeclared_target"},
    {Refusal::kUnknownPlaybook, "unknown_playbook"},
    {Refusal::kNotAccepted, "not_accepted"},
    {Refusal::kLatched, "latched"},
    {Refusal::kJournalUnwritable, "journal_unwritable"},
    {Refusal::kDryRun, "dry_run"},
    {Refusal::kNotAutomatic, "not_automatic"},
    {Refusal::kApproval, "approval"},
    {Refusal::kHours, "hours"},
    {Refusal::kUnhealthy, "unhealthy"},
    {Refusal::kStarting, "starting"},
    {Refusal::kPolicy, "policy"},
    {Refusal::kStorm, "storm"},
    {Refusal::kParent, "parent"},
    {Refusal::kActionsPerHour, "actions_per_hour"},
    {Refusal::kConcurrency, "concurrency"},
    {Refusal::kSuppressed, "suppressed"},
    {Refusal::kContradicted, "contradicted"},
    {Refusal::kUnverified, "unverified"},
}};

template <class T, std::size_t N>
std::string_view name_of(const Names<T, N>& names, T value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "?";
}

template <class T, std::size_t N>
std::optional<T> value_of(const Names<T, N>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view Alert::label(std::string_view name) const {
  const auto found = labels.find(std::string(name));
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view to_string(Policy policy) { return name_of(kPolicies, policy); }
std::optional<Policy> parse_policy(std::string_view text) { return value_of(kPolicies, text); }

std::string_view to_string(State state) { return name_of(kStates, state); }
std::optional<State> parse_state(std::string_view text) { return value_of(kStates, text); }

bool is_open(State state) {
  return state != State::kHealed && state != State::kResolved && state != State::kReleased &&
         state != State::kFailed;
}

std::string_view to_string(Refusal refusal) { return name_of(kRefusals, refusal); }
std::optional<Refusal> parse_refusal(std::string_view text) {
  if (text == "unfit") return Refusal::kUnhealthy;  // written by earlier versions
  return value_of(kRefusals, text);
}

}  // namespace healer
