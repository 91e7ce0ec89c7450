#include "salusctl/check/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace healer::salusctl::check {
namespace {

std::string_view name_of(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

std::string counted(std::size_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

}  // namespace

void sort(std::vector<Finding>& findings) {
  const auto place = [](const Finding& f) {
    return std::tie(f.file, f.line, f.severity, f.kind, f.what, f.why, f.fix);
  };
  std::ranges::sort(findings, {}, place);
  const auto twice = std::ranges::unique(findings);
  findings.erase(twice.begin(), twice.end());
}

std::size_t Report::errors() const {
  return static_cast<std::size_t>(std::ranges::count(findings, Severity::kError, &Finding::severity));
}

std::string as_text(const Report& report) {
  std::string text = "Checked:\n";
  for (const std::string& each : report.checked) text += fmt::format("  {}\n", each);
  if (!report.skipped.empty()) text += "Skipped:\n";
  for (const std::string& each : report.skipped) text += fmt::format("  {}\n", each);
  if (!report.findings.empty()) text += "\n";
  for (const Finding& finding : report.findings) {
    text += fmt::format("{}:{}: {}: {} [{}]\n", finding.file, finding.line, name_of(finding.severity),
                        finding.what, finding.kind);
    if (!finding.why.empty()) text += fmt::format("    why: {}\n", finding.why);
    if (!finding.fix.empty()) text += fmt::format("    fix: {}\n", finding.fix);
  }
  text += report.findings.empty() ? "\nNo problems found.\n"
                                  : fmt::format("\n{}, {}\n", counted(report.errors(), "error"),
                                                counted(report.warnings(), "warning"));
  return text;
}

std::string as_json(const Report& report) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : report.findings) {
    findings.push_back({{"severity", name_of(finding.severity)},
                        {"kind", finding.kind},
                        {"file", finding.file},
                        {"line", finding.line},
                        {"what", finding.what},
                        {"why", finding.why},
                        {"fix", finding.fix}});
  }
  const nlohmann::ordered_json document = {{"checked", report.checked},
                                           {"skipped", report.skipped},
                                           {"errors", report.errors()},
                                           {"warnings", report.warnings()},
                                           {"findings", std::move(findings)}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace healer::salusctl::check
