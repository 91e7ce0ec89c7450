#include "exporter/family.h"

#include "tests/catch.h"

TEST_CASE("an opened family has its name, help and type, and no samples") {
  const auto gauge = exporter::open_family({"salus_x", exporter::kGauge, "", "X."});
  REQUIRE(gauge.name == "salus_x");
  REQUIRE(gauge.help == "X.");
  REQUIRE(gauge.type == prometheus::MetricType::Gauge);
  REQUIRE(gauge.metric.empty());
  REQUIRE(exporter::open_family({"salus_x_total", exporter::kCounter, "", "X."}).type ==
          prometheus::MetricType::Counter);
}

TEST_CASE("filled families are taken out in the order they are named in") {
  auto first = exporter::open_family({"salus_a", exporter::kGauge, "", "A."});
  auto second = exporter::open_family({"salus_b", exporter::kGauge, "", "B."});
  second.metric.emplace_back();
  const auto taken = exporter::take_families({&second, &first});
  REQUIRE(taken.size() == 2);
  REQUIRE(taken[0].name == "salus_b");
  REQUIRE(taken[0].metric.size() == 1);
  REQUIRE(taken[1].name == "salus_a");
}
