#include "healer/config/reports_config.h"

#include <fmt/format.h>

#include "base/http/url.h"

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
  config.critical_per_hour =
      static_cast<std::uint64_t>(node.optional("critical_per_hour").integer(5, 1, 1'000'000));
  config.errors_per_hour =
      static_cast<std::uint64_t>(node.optional("errors_per_hour").integer(50, 1, 1'000'000));
  config.external_url = link_of(node.optional("external_url"), config.external_url);
  while (config.external_url.ends_with('/')) config.external_url.pop_back();
  config.runbook_url = link_of(node.optional("runbook_url"), config.runbook_url);
  if (!config.runbook_url.empty() && !config.runbook_url.ends_with('/')) config.runbook_url += '/';
  return config;
}

}  // namespace healer::reports
