#include "healer/reports/render/document.h"

#include <catch2/catch.hpp>

using healer::reports::is_link;

TEST_CASE("a report links to pages, to itself and to files beside it") {
  const char* link =
      GENERATE("https://example.org/runbooks/HostDiskFull.md?x=1#y", "http://10.0.0.1:9870/reports", "#logs",
               "WEEKLY_HEALTH_REPORT_2025-12-15.md", "a/b:c", "/reports");
  CAPTURE(link);
  CHECK(is_link(link));
}

TEST_CASE("a report never links to what a browser would run, or to what breaks out of the link") {
  const char* link =
      GENERATE("", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//example.org/x",
               "https://example.org/\"onclick", "https://example.org/<b>", "https://a b", "x\ny");
  CAPTURE(link);
  CHECK_FALSE(is_link(link));
}
