#include "healer/config/reports_config.h"

#include <fmt/format.h>

#include "base/http/url.h"
#include "base/log.h"

namespace healer::reports {
namespace {

// An objective is given in percent. 100 is not allowed: it would leave no error budget.
double percent_of(const base::yaml::Node& node, double fallback) {
  return node.number(fallback * 100, 50, 99.9999) / 100;
}

std::string link_of(const base::yaml::Node& node, std::string_view fallback) {
  std::string link = node.string(fallback);
  if (!link.empty() &&
      !(base::is_link(link) && (link.starts_with("http://") || link.starts_with("https://")))) {
    node.problem(fmt::format("\"{}\" is not an http:// or https:// URL", link));
  }
  return link;
}

// An upgrade does not stop the healer for a key of a report.
void warn_of_removed(const base::yaml::Node& node, std::string_view key, std::string_view record) {
  const auto removed = node.optional(key);
  if (!removed.present()) return;
  base::log::warn(
      "a key of the configuration has no effect any more: the threshold is a recorded series of "
      "rules/logs.rules.yml; remove the key",
      {{"key", removed.path()}, {"line", removed.line()}, {"series", record}});
}

}  // namespace

double ReportsConfig::objective_of(const std::string& service) const {
  const auto own = objectives.find(service);
  return own == objectives.end() ? objective : own->second;
}

ReportsConfig read_reports(const base::yaml::Node& node) {
  ReportsConfig config;
  if (!node.present()) return config;
  node.only({"folder", "objective", "objectives", "critical_per_hour", "errors_per_hour", "external_url",
             "runbook_url"});
  if (!node.is_map()) return config;
  config.folder = node.required("folder").non_empty_string();
  config.objective = percent_of(node.optional("objective"), config.objective);
  if (const auto own = node.optional("objectives"); own.present()) {
    for (const auto& [service, objective] : own.entries())
      config.objectives[service] = percent_of(objective, 0.999);
  }
  warn_of_removed(node, "critical_per_hour", "salus:log_critical_events:limit");
  warn_of_removed(node, "errors_per_hour", "salus:log_errors:limit");
  config.external_url = link_of(node.optional("external_url"), config.external_url);
  while (config.external_url.ends_with('/')) config.external_url.pop_back();
  config.runbook_url = link_of(node.optional("runbook_url"), config.runbook_url);
  if (!config.runbook_url.empty() && !config.runbook_url.ends_with('/')) config.runbook_url += '/';
  return config;
}

}  // namespace healer::reports
