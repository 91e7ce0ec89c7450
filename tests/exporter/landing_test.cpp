#include "exporter/landing.h"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("the landing page shows how each collector fares, and what it says is escaped") {
  const exporter::Outcome worked{true, "", 12ms, base::WallTime(1765944000s)};
  const exporter::Outcome failed{false, "open <x> & \"y\"", 12ms, base::WallTime(1765944000s)};
  const auto page =
      exporter::landing_page({{"new", nullptr, {}, false, {}},
                              {"good", nullptr, worked, false, {}},
                              {"bad", nullptr, failed, false, {}},
                              {"stuck", nullptr, worked, true, 7s}},
                             {{"event_executor", "trading <event> loop", "critical", "critical", "box", {}}});
  REQUIRE_THAT(page, Contains("<td>new</td><td>waits for its first run</td>"));
  REQUIRE_THAT(page,
               Contains("<td>good</td><td>works</td><td>2025-12-17T04:00:00.000Z</td><td>0.012 s</td>"));
  REQUIRE_THAT(page, Contains("open &lt;x&gt; &amp; &quot;y&quot;"));
  REQUIRE_THAT(page, Contains("<td>stuck</td><td><span class=\"failed\">hangs</span></td>"));
  REQUIRE_THAT(page, Contains("trading &lt;event&gt; loop"));
  REQUIRE_THAT(page, Contains("href=\"/metrics\""));
}
