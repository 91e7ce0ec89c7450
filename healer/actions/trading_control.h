// Tells the trading system what it shall do, at the address of `trading:` in healer.yml, and waits until it
// has acknowledged that. docs/trading-endpoint.md is the contract. Parameters:
//
//   path: /control/pause   # default: the action's own, /control/…
//   every: 1s              # between two askings
//   undoes: pause_trading  # of resume_trading: the one restriction that it lifts, default: every one
//
// Each asking bears the same request id, which names this run, so that one that was lost on the way can be
// repeated: until the deadline while there is no answer, a 202 (it is at it) or a 429 or 5xx; any other
// answer than a 200 is a failure at once. A 200 counts only when it says `acknowledged: true` for this very
// request id; for close_all_positions also only with `open_positions: 0`. What the trading system said stands
// in the outcome.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_pause_trading(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_switch_to_safe_profile(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_no_new_trades(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_defensive_exit(const base::yaml::Node& parameters, const World& world);
// Never repeated: what a run that was interrupted has closed, nobody knows.
std::unique_ptr<Action> make_close_all_positions(const base::yaml::Node& parameters, const World& world);
// Undoes what the first four asked for, or one of them. What the policy document says holds all the same.
std::unique_ptr<Action> make_resume_trading(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
