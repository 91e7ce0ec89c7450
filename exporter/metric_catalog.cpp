#include "exporter/metric_catalog.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/program.h"
#include "exporter/collector_registry.h"
#include "exporter/collectors/table.h"
#include "exporter/self.h"

namespace exporter {

namespace {

std::vector<std::string> label_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(", "), list.size());
    names.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 2, list.size()));
  }
  return names;
}

std::string_view type_name(const Family& family) { return family.type == kCounter ? "counter" : "gauge"; }

}  // namespace

std::vector<Chapter> all_families() {
  std::vector<Chapter> chapters;
  for (const Entry& entry : collector_table()) {
    chapters.push_back({fmt::format("Collector `{}`", entry.name), entry.families()});
  }
  chapters.push_back({"Collectors themselves", registry_families()});
  chapters.push_back({"The exporter itself", self_families()});
  return chapters;
}

std::string describe_metrics() {
  std::string text;
  for (const Chapter& chapter : all_families()) {
    text += fmt::format("### {}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n", chapter.title);
    for (const Family& family : chapter.families) {
      text += fmt::format("| `{}` | {} | {} | {} |\n", family.name, type_name(family), family.labels,
                          family.help);
    }
    text += "\n";
  }
  return text;
}

std::string describe_metrics_json() {
  nlohmann::ordered_json metrics = nlohmann::ordered_json::array();
  for (const Chapter& chapter : all_families()) {
    for (const Family& family : chapter.families) {
      metrics.push_back({{"name", family.name},
                         {"type", type_name(family)},
                         {"labels", label_names(family.labels)},
                         {"help", family.help}});
    }
  }
  const nlohmann::ordered_json document = {
      {"program", "salus-exporter"}, {"version", base::version()}, {"metrics", std::move(metrics)}};
  return document.dump(2) + "\n";
}

}  // namespace exporter
