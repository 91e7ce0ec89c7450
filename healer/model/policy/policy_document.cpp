#include "healer/model/policy/policy_document.h"

namespace healer {

bool may_open_positions(const PolicyDocument& document) {
  return document.policy < Policy::kNoNewTrades && policy::may_open(document.permissions);
}

bool trading_allowed(const PolicyDocument& document) {
  return may_open_positions(document) && policy::may_trade(document.permissions);
}

}  // namespace healer
