#include "healer/api/status_page.h"

#include "tests/catch.h"
#include "tests/healer/example_view.h"

TEST_CASE("the landing page shows policy, pause and open incidents") {
  healer::View view = tests::example_view();
  view.pause_reason = "maintenance";
  view.journal_ok = false;
  view.watchdog_silent = true;
  const std::string page = healer::landing_page(view);
  for (const char* words :
       {"Trading policy: defensive_exit", "alert PolicyDefensiveExit", "paused: maintenance",
        "journal cannot be written", "Watchdog alert is silent", "INC-17", "/metrics"}) {
    CHECK_THAT(page, Catch::Contains(words));
  }
  CHECK_THAT(page, !Catch::Contains("INC-3"));
}

TEST_CASE("nothing that an alert names becomes markup") {
  healer::View view = tests::example_view();
  view.incidents[0].subsystem = "<script>alert('x')</script>&\"";
  const std::string page = healer::landing_page(view);
  CHECK_THAT(page, !Catch::Contains("<script>"));
  CHECK_THAT(page, Catch::Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"));
}

TEST_CASE("without incidents the page says so") {
  CHECK_THAT(healer::landing_page(healer::View{}), Catch::Contains("No open incidents."));
}
