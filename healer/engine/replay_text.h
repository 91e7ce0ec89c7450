// What a replay does about text for operators: it may be worded differently by another version, and is no
// part of a decision.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "healer/engine/effects.h"
#include "healer/journal/records/record.h"
#include "healer/model/approval.h"
#include "healer/model/recommendation.h"

namespace healer {

// The same decision, or at least the same except for details, descriptions and generated reasons.
bool same_decision(const Record& a, const Record& b);

// Describes an action as the journal does, so that another wording is not taken for another action. An action
// that the journal does not describe is described by `effects`. Carries out nothing.
class RecordedDescriptions final : public Effects {
 public:
  explicit RecordedDescriptions(const Effects& effects) : effects_(effects) {}
  // The descriptions in the fact are valid from now on.
  void learn(const Fact& fact);
  void learn(const Recommendation& recommendation);
  void learn(const Approval& approval);

  std::string describe(const ActionRequest& order) const override;
  void run(const ActionRequest&) override {}
  void check(const CheckRequest&) override {}
  base::Result<> publish(const PolicyDocument&) override { return {}; }
  void notify(const Notice&) override {}
  void answer(std::uint64_t, const base::Result<>&) override {}

 private:
  const Effects& effects_;
  // By action id, rung and name of the action: a rung that is passed over has the id of the next one.
  std::map<std::tuple<std::string, std::size_t, std::string>, std::string> descriptions_;
};

}  // namespace healer
