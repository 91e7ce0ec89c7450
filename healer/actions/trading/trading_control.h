// Sends a request to the trading system at the address of `trading:` in healer.yml, and waits until it is
// acknowledged. docs/trading-endpoint.md is the contract. Parameters:
//
//   path: /control/pause   # default: the action's own, /control/…
//   every: 1s              # between two requests
//   undoes: pause_trading  # of resume_trading: the only restriction that it lifts; default: all
//
// Every request has the same request id, which names this run, so that a lost one can be repeated. It is
// repeated until the deadline while there is no answer, a 202 (in progress), a 429 or a 5xx. Any other answer
// except a 200 is a failure at once. A 200 counts only with `acknowledged: true` for this request id; for
// close_all_positions also only with `open_positions: 0`. The outcome contains the answer of the trading
// system.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_pause_trading(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_switch_to_safe_profile(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_no_new_trades(const base::yaml::Node& parameters, const World& world);
std::unique_ptr<Action> make_defensive_exit(const base::yaml::Node& parameters, const World& world);
// Never repeated: what an interrupted run has closed is unknown.
std::unique_ptr<Action> make_close_all_positions(const base::yaml::Node& parameters, const World& world);
// Undoes what the first four requested, or one of them. The policy document still applies.
std::unique_ptr<Action> make_resume_trading(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
