#include "healer/model/trading_actions.h"

#include "tests/catch.h"

TEST_CASE("what an action does to trading is known from its name") {
  const auto [action, tightens, restricts, halts] = GENERATE(table<std::string_view, bool, bool, bool>({
      {"pause_trading", true, true, true},
      {"no_new_trades", true, true, false},
      {"switch_to_safe_profile", true, true, false},
      {"defensive_exit", true, true, false},
      {"close_all_positions", true, false, false},
      {"resume_trading", false, false, false},
      {"container_restart", false, false, false},
      {"", false, false, false},
  }));
  CAPTURE(action);
  CHECK(healer::tightens_trading(action) == tightens);
  CHECK(healer::restricts_trading(action) == restricts);
  CHECK(healer::halts_trading(action) == halts);
}
