// What the actions on the trading system do to trading. This is not in the table of healer/actions, because
// the state is also derived from journals of older versions, which contain only the name of an action.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace healer {

enum class TradingEffect {
  kNone,
  kRestricts,  // until it is undone
  kHalts,      // the same, and trading is halted from the intent on
  kCloses,     // closes positions, which stay closed
  kLifts,      // lifts restrictions
};

struct TradingAction {
  std::string_view name;
  TradingEffect effect;
};

// Undoes every action that restricts trading.
inline constexpr std::string_view kResumeTrading = "resume_trading";

inline constexpr std::array kTradingActions{
    TradingAction{"close_all_positions", TradingEffect::kCloses},
    TradingAction{"defensive_exit", TradingEffect::kRestricts},
    TradingAction{"no_new_trades", TradingEffect::kRestricts},
    TradingAction{"pause_trading", TradingEffect::kHalts},
    TradingAction{kResumeTrading, TradingEffect::kLifts},
    TradingAction{"switch_to_safe_profile", TradingEffect::kRestricts},
};

constexpr TradingEffect trading_effect(std::string_view action) {
  const auto found = std::ranges::find(kTradingActions, action, &TradingAction::name);
  return found == kTradingActions.end() ? TradingEffect::kNone : found->effect;
}

// Whether trading is halted from the intent of an action of this name until it is undone.
constexpr bool halts_trading(std::string_view action) {
  return trading_effect(action) == TradingEffect::kHalts;
}

// Whether an action of this name restricts trading until it is undone.
constexpr bool restricts_trading(std::string_view action) {
  return trading_effect(action) == TradingEffect::kRestricts || halts_trading(action);
}

// Whether an action of this name makes trading safer. Its rung needs a policy and a lease, which apply even
// if the trading system cannot be reached.
constexpr bool tightens_trading(std::string_view action) {
  return restricts_trading(action) || trading_effect(action) == TradingEffect::kCloses;
}

}  // namespace healer
