#include "exporter/web/status_page.h"

#include "tests/catch.h"

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("the landing page shows how each collector fares, and what it says is escaped") {
  const exporter::Outcome worked{true, "", 12ms, base::WallTime(1765944000s)};
  const exporter::Outcome failed{false, "open <x> & \"y\"", 12ms, base::WallTime(1765944000s)};
  const auto page = exporter::landing_page(
      {{"new", nullptr, {}, false, {}},
       {"good", nullptr, worked, false, {}},
       {"bad", nullptr, failed, false, {}},
       {"stuck", nullptr, worked, true, 7s}},
      {{"event_executor", "trading <event> loop", "critical", "critical", "box", {}}}, {});
  REQUIRE_THAT(page, Contains("<td>new</td><td>waits for its first run</td>"));
  REQUIRE_THAT(page,
               Contains("<td>good</td><td>works</td><td>2025-12-17T04:00:00.000Z</td><td>0.012 s</td>"));
  REQUIRE_THAT(page, Contains("open &lt;x&gt; &amp; &quot;y&quot;"));
  REQUIRE_THAT(page, Contains("<td>stuck</td><td><span class=\"failed\">hangs</span></td>"));
  REQUIRE_THAT(page, Contains("trading &lt;event&gt; loop"));
  REQUIRE_THAT(page, Contains("href=\"/metrics\""));
}

TEST_CASE("the landing page shows why a probe failed, in words") {
  exporter::probes::Observation down;
  down.answer.failure = {exporter::probes::Reason::kConnectRefused, "connect to <db>: refused"};
  down.duration = 2ms;
  down.began.wall = base::WallTime(1765944000s);
  down.consecutive_failures = 3;
  const auto page = exporter::landing_page(
      {}, {},
      {{"new", "tcp", {}}, {"db", "postgres", down}, {"api", "http", exporter::probes::Observation{}}});
  REQUIRE_THAT(page, Contains("<td>new</td><td>tcp</td><td>waits for its first run</td>"));
  REQUIRE_THAT(page, Contains("<td><span class=\"failed\">connect_refused</span>, 3 in a row</td>"
                              "<td>2025-12-17T04:00:00.000Z</td><td>0.002 s</td>"
                              "<td>connect to &lt;db&gt;: refused</td>"));
  REQUIRE_THAT(page, Contains("<td>api</td><td>http</td><td>succeeds</td>"));
}

TEST_CASE("the landing page leads to what there is, and shows no empty table") {
  const auto page = exporter::landing_page({}, {}, {});
  for (const char* link :
       {"/metrics", "/api/v1/log-events", "/api/v1/log-patterns", "/-/ready", "/tree/main/docs"}) {
    CAPTURE(link);
    CHECK_THAT(page, Contains(std::string(link) + "\""));
  }
  CHECK(page.find("<table>") == std::string::npos);
}
