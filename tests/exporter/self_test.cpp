#include "exporter/self.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

using Catch::Matchers::Contains;

TEST_CASE("the exporter says its version, its process and what came of its configuration") {
  const auto good = base::expose(exporter::self_metrics(
      {.last_successful = true, .last_success = base::WallTime(std::chrono::seconds(1765944000))}));
  REQUIRE_THAT(good, Contains("salus_exporter_build_info{version=\""));
  REQUIRE_THAT(good, Contains("salus_exporter_config_last_reload_successful 1\n"));
  REQUIRE_THAT(good, Contains("salus_exporter_config_last_reload_success_timestamp_seconds 1765944000\n"));
  REQUIRE_THAT(good, Contains("process_resident_memory_bytes "));
  REQUIRE_THAT(base::expose(exporter::self_metrics({.last_successful = false, .last_success = {}})),
               Contains("salus_exporter_config_last_reload_successful 0\n"));
}
