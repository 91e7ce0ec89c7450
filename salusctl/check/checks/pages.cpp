#include "salusctl/check/checks/pages.h"

#include <fmt/format.h>

#include <filesystem>

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOurs = "docs/runbooks/";

// The file that a runbook_url of Salus names; empty: another URL.
std::string page_of(std::string_view url) {
  const std::size_t at = url.rfind(kOurs);
  if (at == url.npos) return "";
  url.remove_prefix(at + kOurs.size());
  return std::string(url.substr(0, url.find_first_of("#?")));
}

}  // namespace

void check_runbooks(const Rulebook& book, const std::string& folder, std::vector<Finding>& findings) {
  for (const Rule& rule : book.rules) {
    const Text* url = rule.is_alert ? rule.annotation("runbook_url") : nullptr;
    const std::string page = url == nullptr ? "" : page_of(url->value);
    if (page.empty() || fs::exists(fs::path(folder) / page)) continue;
    findings.push_back({Severity::kError, "runbook-missing", rule.file, url->line,
                        fmt::format("alert {} has no runbook {}", rule.name, page),
                        "the runbook link of the alert is dead",
                        fmt::format("write {}, or correct the link", (fs::path(folder) / page).string())});
  }
  const auto alerts = book.alerts();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".md" || stem == "README" || alerts.contains(stem)) continue;
    findings.push_back({Severity::kWarning, "runbook-orphan", entry.path().string(), 1,
                        fmt::format("there is no alert {}{}", stem, meant(stem, alerts)),
                        "a runbook without an alert is misleading", "rename or remove it"});
  }
}

void check_dashboards(const std::vector<Dashboard>& boards, const Series& series,
                      std::vector<Finding>& findings) {
  for (const Dashboard& board : boards) {
    const std::string stem = fs::path(board.file).stem().string();
    if (board.uid != stem) {
      findings.push_back({Severity::kError, "dashboard-uid", board.file, board.uid_line,
                          fmt::format("the uid is \"{}\", but the file is {}.json", board.uid, stem),
                          "links between dashboards use the uid, and operators find the file by it",
                          fmt::format("write \"uid\": \"{}\", or rename the file", stem)});
    }
    for (const DashboardQuery& asked : board.queries) {
      if (asked.datasource != "${datasource}" && asked.datasource != "$datasource") {
        findings.push_back(
            {Severity::kError, "dashboard-datasource", board.file, asked.datasource_line,
             fmt::format("{} queries {}", asked.query.asker,
                         asked.datasource.empty() ? "the default data source"
                                                  : fmt::format("data source \"{}\"", asked.datasource)),
             "another Grafana does not have it", "write \"uid\": \"${datasource}\""});
      }
      series.check(asked.query, findings);
      if (!asked.label.empty()) series.check_label(asked.query, asked.label, findings);
    }
  }
}

}  // namespace healer::salusctl::check
