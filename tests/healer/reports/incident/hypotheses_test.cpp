#include "healer/reports/incident/hypotheses.h"

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

const base::WallTime kBegan(1765944000s);

}  // namespace

TEST_CASE("without signals there is no thought") { CHECK(hypotheses_of({}, {}, kBegan).empty()); }

TEST_CASE("a program's own exit code comes first, before the signal of the healer") {
  Signals signals;
  signals.container = "bot";
  signals.exit_code = 3;
  signals.exit_code_at = kBegan;
  signals.stopped_code = 137;
  signals.stopped_code_at = kBegan + 20s;
  signals.dependencies = {{"redis", kBegan - 90s}};
  const auto all = hypotheses_of(signals, {}, kBegan);
  REQUIRE(all.size() == 2);
  CHECK(all[0].what == "bot may have failed by itself.");
  REQUIRE(all[0].evidence.size() == 2);
  CHECK_THAT(all[0].evidence[0], Catch::StartsWith("Its last run ended with exit code 3"));
  CHECK(
      all[0].evidence[1] ==
      "Later, an action of the healer ended it with exit code 137: seen 2025-12-17 04:00:20 UTC, 20 s after "
      "the start.");
}

TEST_CASE("each thought says may, and comes with what speaks for it") {
  Signals signals;
  signals.container = "bot";
  signals.oom_kills = {kBegan - 40s};
  signals.exit_code = 137;
  signals.exit_code_at = kBegan;
  signals.changes = {{kBegan - 10min, "bot:1", "bot:2"}, {kBegan - 5min, "bot:2", "bot:2"}};
  signals.dependencies = {{"redis", kBegan - 90s}};
  signals.patterns = {{kBegan + 3s, "bot", "error", "order <*> failed"}};
  signals.alerts = {{"HostMemoryHigh", "", kBegan - 2min}, {"ContainerDown", "container redis", kBegan}};
  IncidentFacts facts;
  facts.before = {"INC-2 was opened 2 h before, by playbook restart: healed"};
  const auto all = hypotheses_of(signals, facts, kBegan);
  REQUIRE(all.size() == 7);
  for (const Hypothesis& each : all) {
    CHECK_THAT(each.what, Catch::Contains(" may "));
    CHECK_FALSE(each.evidence.empty());
  }
  CHECK(
      all[0].evidence[0] ==
      "The kernel's OOM killer killed one of its processes: counted 2025-12-17 03:59:20 UTC, 40 s before the "
      "start.");
  CHECK(all[1].evidence[0] ==
        "redis was down at the time, since 2025-12-17 03:58:30 UTC, 1 min 30 s before the start.");
  CHECK(all[2].evidence[0] ==
        "The image of bot changed from bot:1 to bot:2: seen 2025-12-17 03:50 UTC, 10 min before the start.");
  CHECK(all[2].evidence[1] ==
        "bot was recreated from bot:2: seen 2025-12-17 03:55 UTC, 5 min before the start.");
  CHECK_THAT(all[3].evidence[0],
             Catch::Contains("exit code 137 (SIGKILL") && Catch::Contains("at the start"));
  CHECK_THAT(all[4].evidence[0],
             Catch::Contains("“order <*> failed”") && Catch::Contains("3 s after the start"));
  CHECK(all[5].evidence[0] == "INC-2 was opened 2 h before, by playbook restart: healed.");
  CHECK_THAT(all[6].evidence[0], Catch::StartsWith("HostMemoryHigh fired, since"));
  CHECK_THAT(all[6].evidence[1], Catch::StartsWith("ContainerDown of container redis fired, since"));
}
