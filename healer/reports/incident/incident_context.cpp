#include "healer/reports/incident/incident_context.h"

namespace healer::reports {

IncidentContext::IncidentContext(Samples* samples, const base::Inventory& inventory, IncidentReport& report)
    : samples_(samples), inventory_(inventory), report_(report) {
  const Target& target = report.facts.target;
  subsystem_ = target.kind == kSubsystem ? target.name : report.facts.subsystem;
  container_ = target.kind == kContainer ? target.name : "";
  const auto* subsystem = inventory.find(subsystem_);
  if (container_.empty() && subsystem != nullptr) container_ = subsystem->container;
}

Series IncidentContext::raw(const std::string& what, const std::string& selector, Window window) {
  Series all;
  if (samples_ == nullptr) {
    trouble_ = "no URL is configured";
    return all;
  }
  report_.queries.push_back({what, selector});
  const auto asked =
      samples_->raw(selector, window, [&](const SeriesLabels& labels, std::span<const Sample> values) {
        auto& known = all[labels];
        for (const Sample& each : values) {
          if (known.empty() || each.at > known.back().at) known.push_back(each);
        }
      });
  if (!asked && !trouble_) trouble_ = asked.error().message;
  return all;
}

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text + '"';
}

std::string_view label(const SeriesLabels& labels, const std::string& name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace healer::reports
