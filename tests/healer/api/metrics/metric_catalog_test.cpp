#include "healer/api/metrics/metric_catalog.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "healer/api/metrics/metrics.h"
#include "tests/catch.h"
#include "tests/healer/example_view.h"

namespace {

using Labels = std::map<std::string, std::set<std::string>>;

Labels labels_of(const std::vector<prometheus::MetricFamily>& families) {
  Labels labels;
  for (const auto& family : families) {
    if (!family.name.starts_with("salus_")) continue;
    for (const auto& metric : family.metric) {
      for (const auto& label : metric.label) labels[family.name].insert(label.name);
    }
    labels[family.name];
  }
  return labels;
}

healer::Readings some_readings() {
  healer::Readings readings;
  readings.alerts_received = {{"stored", 5}};
  readings.notifications = {{"log", {}}};
  readings.action_durations = {{"container_restart", {}}};
  readings.policy_outputs = {{"file", {}}};
  readings.missing_collectors = {{"containers", false}};
  return readings;
}

}  // namespace

TEST_CASE(
    "what is described is every family of a healer that has seen something of everything, with its labels") {
  healer::Metrics metrics;
  healer::Config config = tests::example_config();
  config.validation.smoke = {{.name = "model",
                              .argv = {},
                              .directory = "",
                              .heal = "restart_module",
                              .container = "quantum_ai_engine"}};
  CHECK(labels_of(healer::specimen_families()) ==
        labels_of(metrics.families(tests::example_view(), config, some_readings())));
  for (const auto& family : healer::specimen_families()) {
    CAPTURE(family.name);
    CHECK_FALSE(family.metric.empty());
  }
}

TEST_CASE("the description is JSON with name, type, labels and help of each family") {
  const auto document = nlohmann::json::parse(healer::describe_metrics_json());
  CHECK(document["program"] == "salus-healer");
  for (const auto& metric : document["metrics"]) {
    if (metric["name"] != "salus_time_to_heal_seconds") continue;
    CHECK(metric["type"] == "histogram");
    CHECK(metric["labels"] == nlohmann::json{"playbook"});
    CHECK(metric["help"] != "");
    return;
  }
  FAIL("salus_time_to_heal_seconds is missing");
}
