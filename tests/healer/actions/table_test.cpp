#include "healer/actions/table.h"

#include <fmt/ranges.h>

#include <set>

#include "healer/config/config.h"
#include "healer/model/trading_actions.h"
#include "healer/verify/prometheus.h"
#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"

using namespace healer::actions;
using tests::compile;

TEST_CASE("every action is made by its name and refuses a misspelt parameter") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const healer::checks::Prometheus prometheus("http://127.0.0.1:1");
  healer::Config config;
  config.trading.url = "http://quantum_trading_bot:8000";
  const World world{nowhere, clock, &config.trading, &config, &prometheus};
  for (const std::string_view name : names()) {
    CAPTURE(name);
    CHECK_THAT(compile(std::string(name), "{misspelt: 1}", world).problems,
               Catch::Contains("misspelt") && !Catch::Contains("unknown action"));
  }
}

TEST_CASE("no two actions have the same factory") {
  std::set<decltype(Info::make)> factories;
  for (const std::string_view name : names()) factories.insert(info(name).make);
  CHECK(factories.size() == names().size());
}

TEST_CASE("an unknown action is refused with the list of known ones") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = compile("container_rstart", "{}", {nowhere, clock});
  CHECK_FALSE(compiled.action);
  CHECK(compiled.problems ==
        fmt::format("rung.yml:1: action: unknown action \"container_rstart\"; expected one of: {}\n",
                    fmt::join(names(), ", ")));
}

TEST_CASE("an unknown action, as in an old journal, has generic texts and no switch") {
  CHECK_FALSE(info("nonsense").expected.empty());
  CHECK_FALSE(info("nonsense").risk.empty());
  CHECK(info("nonsense").automatic_by == Info::Switch::kNoSwitch);
}

TEST_CASE("restarts have a switch, and of the actions on trading only the pause") {
  CHECK(info("container_restart").automatic_by == Info::Switch::kAutoRestart);
  CHECK(info("pause_trading").automatic_by == Info::Switch::kAutoPause);
  for (const char* action : {"switch_to_safe_profile", "no_new_trades", "defensive_exit", "disable_module"})
    CHECK(info(action).automatic_by == Info::Switch::kNoSwitch);
  CHECK(info("log_rotation").automatic_by == Info::Switch::kNoSwitch);
}

TEST_CASE("an action acts on the kinds of target of its row") {
  CHECK(info("container_stop").properties().acts_on(healer::kContainer));
  CHECK_FALSE(info("container_stop").properties().acts_on(healer::kTask));
  CHECK(info("validation").properties().acts_on(healer::kTask));
  CHECK_FALSE(info("validation").properties().acts_on(healer::kContainer));
  for (const std::string_view kind :
       {healer::kContainer, healer::kTask, healer::kSubsystem, healer::kTrading})
    CHECK(info("command").properties().acts_on(kind));
}
