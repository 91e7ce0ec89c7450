#include "healer/api/metrics/http_metrics.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

TEST_CASE("every state of an evicted connection has its series from the beginning") {
  const std::string page = base::expose(healer::http_families({.evicted = {0, 600, 1}, .overloaded = 7}));
  for (const char* line : {R"(salus_healer_http_connections_evicted_total{state="idle"} 0)",
                           R"(salus_healer_http_connections_evicted_total{state="receiving"} 600)",
                           R"(salus_healer_http_connections_evicted_total{state="sending"} 1)",
                           "salus_healer_http_overloaded_total 7"}) {
    CHECK_THAT(page, Catch::Matchers::Contains(line));
  }
}
