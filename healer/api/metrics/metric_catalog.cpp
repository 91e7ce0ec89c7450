#include "healer/api/metrics/metric_catalog.h"

#include <nlohmann/json.hpp>

#include "base/program.h"
#include "healer/api/metrics/metrics.h"

namespace healer {
namespace {

// One of everything that has a series.
Config specimen_config() {
  Config config;
  Playbook containers;
  containers.name = "containers";
  containers.rungs.push_back({.action = "container_restart"});
  Playbook task;
  task.name = "task";
  task.task = "task";
  config.playbooks = {containers, task};
  CommandCheck check;
  check.name = "check";
  check.heal = "containers";
  check.container = "container";
  config.validation.smoke = {check};
  base::Subsystem subsystem;
  subsystem.name = "subsystem";
  subsystem.container = "container";
  config.inventory.subsystems.push_back(subsystem);
  return config;
}

View specimen_view() {
  View view;
  view.policy.causes = {"cause"};
  view.chain.rulers["ruler"] = {};
  view.tasks["task"] = {};
  view.found["validation"].list = {{"smoke", "", true}, {"smoke", "check", true}};
  view.found["health_audit"].list = {{"", "check", true}};
  return view;
}

Readings specimen_readings() {
  Readings readings;
  readings.alerts_received = {{"stored", 0}};
  readings.notifications["notifier"] = {};
  readings.action_durations["action"] = {};
  readings.policy_outputs["output"] = {};
  readings.missing_collectors["containers"] = false;
  return readings;
}

std::string_view type_name(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Histogram:
      return "histogram";
    default:
      return "gauge";
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> specimen_families() {
  auto families = Metrics().families(specimen_view(), specimen_config(), specimen_readings());
  std::erase_if(families, [](const auto& family) { return !family.name.starts_with("salus_"); });
  return families;
}

std::string describe_metrics_json() {
  nlohmann::ordered_json metrics = nlohmann::ordered_json::array();
  for (const prometheus::MetricFamily& family : specimen_families()) {
    std::vector<std::string> labels;
    for (const auto& label : family.metric.at(0).label) labels.push_back(label.name);
    metrics.push_back(
        {{"name", family.name}, {"type", type_name(family.type)}, {"labels", labels}, {"help", family.help}});
  }
  const nlohmann::ordered_json document = {
      {"program", "salus-healer"}, {"version", base::version()}, {"metrics", std::move(metrics)}};
  return document.dump(2) + "\n";
}

}  // namespace healer
