// What the trading system reads: GET /policy, the policy file and the other outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/policy/permissions.h"

namespace healer {

struct PolicyDocument {
  Policy policy = Policy::kNoNewTrades;
  policy::Permissions permissions{};  // what all causes allow: at most what the policy's name does
  std::vector<std::string> causes;    // why it is not looser; stable order
  base::WallTime issued_at{};
  base::WallTime valid_until{};  // afterwards clients must apply no_new_trades
  std::uint64_t sequence = 0;    // increases with each document, also over restarts
  // The journal's last record when it was issued. A start that finds fewer records knows that some are
  // missing.
  std::uint64_t journal_record = 0;
};

// Whether the trading system may open a position: both the policy's name and the permissions must allow it.
bool may_open_positions(const PolicyDocument& document);
// Whether it may trade without restriction to exits. False while trading is halted.
bool trading_allowed(const PolicyDocument& document);

}  // namespace healer
