#include "healer/model/policy/permissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace healer::policy {
namespace {

double limit_of(const Permissions& permissions) {
  return permissions.max_leverage.value_or(std::numeric_limits<double>::infinity());
}

std::string leverage_text(const Permissions& permissions) {
  return permissions.max_leverage ? fmt::format("{}", *permissions.max_leverage) : "unlimited";
}

template <class T>
std::string more(std::string_view name, T now, T required) {
  if (now >= required) return "";
  return fmt::format("{}: {}, not {}", name, to_string(now), to_string(required));
}

}  // namespace

std::string_view to_string(NewPositions value) {
  switch (value) {
    case NewPositions::kYes:
      return "yes";
    case NewPositions::kReduced:
      return "reduced";
    case NewPositions::kNo:
      break;
  }
  return "no";
}

std::string_view to_string(Stops value) { return value == Stops::kNormal ? "normal" : "tighter"; }

std::string_view to_string(ExistingPositions value) {
  switch (value) {
    case ExistingPositions::kKept:
      return "kept";
    case ExistingPositions::kExitsAllowed:
      return "exits_allowed";
    case ExistingPositions::kHighRiskClosed:
      return "high_risk_closed";
    case ExistingPositions::kAllClosed:
      break;
  }
  return "all_closed";
}

std::string_view to_string(Trading value) {
  switch (value) {
    case Trading::kYes:
      return "yes";
    case Trading::kExitsOnly:
      return "exits_only";
    case Trading::kHalted:
      break;
  }
  return "halted";
}

Permissions permissions_of(Policy policy, const RiskProfile& profile) {
  switch (policy) {
    case Policy::kAllowAll:
      return {.new_positions = NewPositions::kYes,
              .existing_positions = ExistingPositions::kKept,
              .trading = Trading::kYes};
    case Policy::kSafeRiskProfile:
      return {.new_positions = NewPositions::kReduced,
              .max_leverage = profile.max_leverage,
              .position_size_factor = profile.position_size_factor,
              .stops = Stops::kTighter,
              .existing_positions = ExistingPositions::kKept,
              .trading = Trading::kYes};
    case Policy::kNoNewTrades:
      return {};
    case Policy::kDefensiveExit:
      return {.stops = Stops::kTighter, .existing_positions = ExistingPositions::kHighRiskClosed};
    case Policy::kEmergencyShutdown:
      break;
  }
  return {.stops = Stops::kTighter,
          .existing_positions = ExistingPositions::kAllClosed,
          .trading = Trading::kHalted};
}

Permissions halted() { return {.existing_positions = ExistingPositions::kKept, .trading = Trading::kHalted}; }

Permissions meet(const Permissions& a, const Permissions& b) {
  return {.new_positions = std::max(a.new_positions, b.new_positions),
          .max_leverage = limit_of(a) <= limit_of(b) ? a.max_leverage : b.max_leverage,
          .position_size_factor = std::min(a.position_size_factor, b.position_size_factor),
          .stops = std::max(a.stops, b.stops),
          .existing_positions = std::max(a.existing_positions, b.existing_positions),
          .trading = std::max(a.trading, b.trading)};
}

bool at_most(const Permissions& a, const Permissions& b) { return meet(a, b) == a; }

std::string excess(const Permissions& now, const Permissions& required) {
  if (auto words = more("new positions", now.new_positions, required.new_positions); !words.empty())
    return words;
  if (now.new_positions != NewPositions::kNo) {
    if (limit_of(now) > limit_of(required))
      return fmt::format("leverage: {}, not {}", leverage_text(now), leverage_text(required));
    if (now.position_size_factor > required.position_size_factor)
      return fmt::format("position size: {}, not {}", now.position_size_factor,
                         required.position_size_factor);
  }
  if (auto words = more("stops", now.stops, required.stops); !words.empty()) return words;
  if (auto words = more("existing positions", now.existing_positions, required.existing_positions);
      !words.empty())
    return words;
  return more("trading", now.trading, required.trading);
}

bool may_open(const Permissions& permissions) { return permissions.new_positions != NewPositions::kNo; }
bool may_trade(const Permissions& permissions) { return permissions.trading == Trading::kYes; }

}  // namespace healer::policy
