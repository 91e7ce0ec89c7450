#include "salusctl/check/checks/series.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "salusctl/check/checks/alert_labels.h"

namespace healer::salusctl::check {
namespace {

constexpr std::string_view kNoAnswer =
    "the selector matches no series, and an alert cannot fire on absent series";

bool is_recorded_name(std::string_view name) { return name.contains(':'); }
bool is_metric_name(std::string_view name) { return name.starts_with("salus_") && !is_recorded_name(name); }

}  // namespace

Series::Series(const Catalog& catalog, const Rulebook& book, const Configured& configured)
    : catalog_(catalog),
      book_(book),
      configured_(configured),
      recorded_(book.recorded()),
      alerts_(book.alerts()),
      metrics_(catalog.names()),
      labels_{"alertname", "alertstate"} {
  for (const auto& [name, labels] : catalog.metrics) labels_.insert(labels.begin(), labels.end());
  for (const Rule& rule : book_.rules) {
    for (const Text& label : rule.labels) labels_.insert(label.name);
  }
}

bool Series::is_ours(std::string_view metric) const {
  return metric.starts_with("salus_") || is_recorded_name(metric) || metric == "ALERTS" ||
         metric == "ALERTS_FOR_STATE";
}

void Series::check(const Query& query, std::vector<Finding>& findings) const {
  for (const Selector& selector : query.names.selectors) {
    check_metric(query, selector, findings);
    if (!is_ours(selector.metric)) continue;
    for (const Matcher& matcher : selector.matchers) check_matcher(query, selector, matcher, findings);
  }
  for (const Grouping& grouping : query.names.groupings) check_grouping(query, grouping, findings);
}

void Series::check_metric(const Query& query, const Selector& selector,
                          std::vector<Finding>& findings) const {
  const int line = query.line_of(selector.offset);
  if (is_metric_name(selector.metric) && catalog_.labels_of(selector.metric) == nullptr) {
    findings.push_back({Severity::kError, "metric-unknown", query.file, line,
                        fmt::format("{}: no program exports {}{}", query.asker, selector.metric,
                                    meant(selector.metric, metrics_)),
                        std::string(kNoAnswer), "correct the name; docs/metrics.md lists every metric"});
  }
  if (is_recorded_name(selector.metric) && !recorded_.contains(selector.metric)) {
    findings.push_back({Severity::kError, "record-unknown", query.file, line,
                        fmt::format("{}: no rule records {}{}", query.asker, selector.metric,
                                    meant(selector.metric, recorded_)),
                        std::string(kNoAnswer), "correct the name, or record it"});
  }
}

void Series::check_matcher(const Query& query, const Selector& selector, const Matcher& matcher,
                           std::vector<Finding>& findings) const {
  const int line = query.line_of(selector.offset);
  const auto* labels = catalog_.labels_of(selector.metric);
  if (labels != nullptr && !labels->contains(matcher.label)) {
    findings.push_back({Severity::kError, "label-unknown", query.file, line,
                        fmt::format("{}: {} has no label {}{}", query.asker, selector.metric, matcher.label,
                                    meant(matcher.label, *labels)),
                        "an absent label counts as empty: the matcher matches nothing, or everything",
                        fmt::format("its labels are {}", fmt::join(*labels, ", "))});
    return;
  }
  for (const std::string& value : named_values(matcher)) {
    if (matcher.label == "alertname" && !alerts_.contains(value)) {
      findings.push_back(
          {Severity::kError, "alert-unknown", query.file, line,
           fmt::format("{}: there is no alert {}{}", query.asker, value, meant(value, alerts_)),
           std::string(kNoAnswer), "correct the alert's name"});
    }
    const auto declared = configured_.values.find(matcher.label);
    if (declared == configured_.values.end() || declared->second.known.contains(value)) continue;
    const std::string guess = meant(value, declared->second.known);
    if (declared->second.open && guess.empty()) continue;
    findings.push_back(
        {Severity::kWarning, "value-unknown", query.file, line,
         fmt::format("{}: {}=\"{}\" is not declared{}", query.asker, matcher.label, value, guess),
         std::string(kNoAnswer),
         fmt::format("correct the name, or declare it in {}", declared->second.where)});
  }
}

void Series::check_grouping(const Query& query, const Grouping& grouping,
                            std::vector<Finding>& findings) const {
  if (query.names.makes_labels) return;
  std::set<std::string, std::less<>> there;
  bool recorded = false;
  for (const Selector& selector : query.names.selectors) {
    if (selector.offset < grouping.begin || selector.offset >= grouping.end) continue;
    if (!is_ours(selector.metric)) return;  // its labels are not known
    const auto* labels = catalog_.labels_of(selector.metric);
    if (labels == nullptr && is_metric_name(selector.metric)) return;  // already reported
    if (labels == nullptr) {
      recorded = true;
    } else {
      there.insert(labels->begin(), labels->end());
    }
  }
  if (!recorded && there.empty()) return;
  const auto& known = recorded ? labels_ : there;
  for (const std::string& label : grouping.labels) {
    if (known.contains(label)) continue;
    findings.push_back(
        {Severity::kError, "label-unknown", query.file, query.line_of(grouping.offset),
         fmt::format("{}: {} ({}): no series in it has that label{}", query.asker, grouping.keyword, label,
                     meant(label, known)),
         "the label is empty everywhere: distinct series are merged, or nothing is joined",
         recorded ? "correct the label" : fmt::format("the labels are {}", fmt::join(there, ", "))});
  }
}

void Series::check_label(const Query& query, const std::string& label, std::vector<Finding>& findings) const {
  for (const Selector& selector : query.names.selectors) {
    const auto* labels = catalog_.labels_of(selector.metric);
    if (labels == nullptr || labels->contains(label)) continue;
    findings.push_back(
        {Severity::kError, "label-unknown", query.file, query.line_of(selector.offset),
         fmt::format("{}: {} has no label {}{}", query.asker, selector.metric, label, meant(label, *labels)),
         "the variable has no values", fmt::format("its labels are {}", fmt::join(*labels, ", "))});
  }
}

}  // namespace healer::salusctl::check
