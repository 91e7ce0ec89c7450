#include "exporter/family.h"

#include <catch2/catch.hpp>

TEST_CASE("an opened family has its name, help and type, and no samples") {
  const auto gauge = exporter::open_family({"salus_x", exporter::kGauge, "", "X."});
  REQUIRE(gauge.name == "salus_x");
  REQUIRE(gauge.help == "X.");
  REQUIRE(gauge.type == prometheus::MetricType::Gauge);
  REQUIRE(gauge.metric.empty());
  REQUIRE(exporter::open_family({"salus_x_total", exporter::kCounter, "", "X."}).type ==
          prometheus::MetricType::Counter);
}
