#include "healer/engine/replay_text.h"

#include <variant>

namespace healer {
namespace {

Record without_text(Record record) {
  std::visit(
      [](auto& fact) {
        if constexpr (requires { fact.detail; }) fact.detail.clear();
        if constexpr (requires { fact.description; }) fact.description.clear();
        if constexpr (requires { fact.started_by; }) fact.reason.clear();
      },
      record.fact);
  return record;
}

}  // namespace

bool same_decision(const Record& a, const Record& b) {
  return encode(without_text(a)) == encode(without_text(b));
}

void RecordedDescriptions::learn(const Fact& fact) {
  std::visit(
      [this](const auto& what) {
        if constexpr (requires { what.description; })
          descriptions_[{what.action_id, what.rung, what.action}] = what.description;
      },
      fact);
}

void RecordedDescriptions::learn(const Recommendation& recommendation) {
  descriptions_[{recommendation.action_id, recommendation.rung, recommendation.action}] =
      recommendation.description;
}

void RecordedDescriptions::learn(const Approval& approval) {
  descriptions_[{approval.action_id, approval.rung, approval.action}] = approval.description;
}

std::string RecordedDescriptions::describe(const ActionRequest& order) const {
  const auto found = descriptions_.find({order.action_id, order.rung, order.action});
  return found == descriptions_.end() ? effects_.describe(order) : found->second;
}

}  // namespace healer
