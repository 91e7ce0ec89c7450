#include "healer/model/policy/ruler_state.h"

#include "tests/catch.h"

using healer::policy::LoadedRule;
using healer::policy::RulerState;

TEST_CASE("a ruler knows the rules that are loaded, of which one name may have several") {
  std::vector<LoadedRule> rules(3);
  rules[0].name = "A";
  rules[1].name = "B";
  rules[2].name = "A";
  const RulerState state(rules);
  CHECK(state.knows("A"));
  CHECK_FALSE(state.knows("C"));
  CHECK(state.named("A").size() == 2);
  CHECK(state.named("C").empty());
  CHECK(state.rules().size() == 3);
}
