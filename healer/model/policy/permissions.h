// What trading may do, as a value. A policy's name means a set of permissions (see the table in
// docs/policy.md). In force is the meet of the sets of all causes: something is allowed only if every cause
// allows it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "healer/model/model.h"

namespace healer::policy {

// Each from the loosest to the strictest; the order matters.
enum class NewPositions { kYes, kReduced, kNo };
enum class Stops { kNormal, kTighter };
enum class ExistingPositions { kKept, kExitsAllowed, kHighRiskClosed, kAllClosed };
enum class Trading { kYes, kExitsOnly, kHalted };

inline constexpr std::array kNewPositionsValues{NewPositions::kYes, NewPositions::kReduced,
                                                NewPositions::kNo};
inline constexpr std::array kStopsValues{Stops::kNormal, Stops::kTighter};
inline constexpr std::array kExistingPositionsValues{
    ExistingPositions::kKept, ExistingPositions::kExitsAllowed, ExistingPositions::kHighRiskClosed,
    ExistingPositions::kAllClosed};
inline constexpr std::array kTradingValues{Trading::kYes, Trading::kExitsOnly, Trading::kHalted};

std::string_view to_string(NewPositions value);
std::string_view to_string(Stops value);
std::string_view to_string(ExistingPositions value);
std::string_view to_string(Trading value);
// The one among them that has this name.
template <class T, std::size_t N>
std::optional<T> named(const std::array<T, N>& values, std::string_view text) {
  for (const T value : values) {
    if (to_string(value) == text) return value;
  }
  return std::nullopt;
}

// The defaults are those of no_new_trades, so that a value that was not set allows no new position.
struct Permissions {
  NewPositions new_positions = NewPositions::kNo;
  std::optional<double> max_leverage{};  // of new positions; none: no limit beyond the trading system's own
  double position_size_factor = 1;       // factor of the usual size of new positions
  Stops stops = Stops::kNormal;
  ExistingPositions existing_positions = ExistingPositions::kExitsAllowed;
  Trading trading = Trading::kExitsOnly;
  bool operator==(const Permissions&) const = default;
};

// What safe_risk_profile reduces new positions to: policy.safe_risk_profile of healer.yml.
struct RiskProfile {
  double max_leverage = 5;
  double position_size_factor = 0.5;
  bool operator==(const RiskProfile&) const = default;
};

Permissions permissions_of(Policy policy, const RiskProfile& profile);
// What is allowed while trading is halted: no orders except those that existing_positions demands.
Permissions halted();

// For each permission the stricter of both. Commutative, associative, idempotent; the permissions of
// allow_all are the neutral element.
Permissions meet(const Permissions& a, const Permissions& b);
// Whether `a` allows nothing that `b` forbids: each permission of it is at most that of `b`.
bool at_most(const Permissions& a, const Permissions& b);

// The first permission in which `now` allows more than `required`, as text (stops: normal, not tighter);
// empty: none. Limits of new positions do not count if no new positions are allowed.
std::string excess(const Permissions& now, const Permissions& required);

// Whether new positions may be opened, and trading is not restricted to exits.
bool may_open(const Permissions& permissions);
bool may_trade(const Permissions& permissions);

}  // namespace healer::policy
