#include "salusctl/check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "salusctl/check/checks/alert_labels.h"
#include "salusctl/check/checks/delivery.h"
#include "salusctl/check/checks/pages.h"
#include "salusctl/check/checks/playbooks.h"
#include "salusctl/check/checks/scraping.h"
#include "salusctl/check/checks/thresholds.h"
#include "salusctl/check/checks/tools.h"

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;

// Reads the user's files and collects the findings.
class Inspection {
 public:
  Inspection(const Places& places, const Catalog& catalog) : places_(places), catalog_(catalog) {
    read_configuration();
    book_ = read_rules(places.rules, problems_);
    for (const Rule& rule : book_.rules) ++(rule.is_alert ? alerts_ : recorded_);
    report_.checked.push_back(fmt::format("{}: {} files, {} alerts, {} recording rules", places.rules,
                                          book_.files.size(), alerts_, recorded_));
  }

  Report run(const std::string& healer_url) {
    report_.checked.push_back(
        fmt::format("metrics: {} series of the exporter and the healer", catalog_.metrics.size()));
    const Series series(catalog_, book_, configured_);
    check_rules(series);
    if (needs(places_.dashboards, "dashboards")) {
      const auto boards = read_dashboards(places_.dashboards, problems_);
      report_.checked.push_back(fmt::format("{}: {} dashboards", places_.dashboards, boards.size()));
      check_dashboards(boards, series, report_.findings);
    }
    if (needs(places_.alertmanager, "alertmanager")) {
      report_.checked.push_back(places_.alertmanager);
      check_delivery(read_alertmanager(places_.alertmanager, problems_), book_, configured_, healer_url,
                     report_.findings);
    }
    if (needs(places_.prometheus, "prometheus")) {
      report_.checked.push_back(places_.prometheus);
      check_scraping(places_.prometheus, book_, configured_, problems_, report_.findings);
    }
    if (needs(places_.runbooks, "runbooks")) {
      report_.checked.push_back(places_.runbooks);
      check_runbooks(book_, places_.runbooks, report_.findings);
    }
    for (const base::yaml::Problem& problem : problems_.list()) {
      report_.findings.push_back(
          file_finding(problem.file, problem.line,
                       problem.path.empty() ? problem.what : problem.path + ": " + problem.what));
    }
    sort(report_.findings);
    return std::move(report_);
  }

  const Rulebook& book() const { return book_; }

 private:
  void read_configuration() {
    const fs::path folder = places_.config;
    if (!needs(places_.config, "config")) return;
    for (const char* name : {"subsystems.yml", "exporter.yml", "healer.yml"}) {
      auto& list = fs::exists(folder / name) ? report_.checked : report_.skipped;
      list.push_back((folder / name).string() + (fs::exists(folder / name) ? "" : ": not found"));
    }
    configured_ =
        read_configured(folder / "subsystems.yml", folder / "exporter.yml", folder / "healer.yml", problems_);
    for (const DeclaredPlaybook& playbook : configured_.playbooks) {
      if (std::ranges::find(report_.checked, playbook.file) == report_.checked.end())
        report_.checked.push_back(playbook.file);
    }
  }

  bool needs(const std::string& place, std::string_view name) {
    if (place.empty()) report_.skipped.push_back(fmt::format("{}: not found; set --{}", name, name));
    return !place.empty();
  }

  void check_rules(const Series& series) {
    for (const Rule& rule : book_.rules) series.check(rule.query, report_.findings);
    check_alert_labels(book_, report_.findings);
    check_thresholds(book_, configured_.inventory, report_.findings);
    for (const std::string& file : book_.ignored) {
      report_.findings.push_back({Severity::kWarning, "rules-name", file, 1,
                                  "the file name ends neither in .rules.yml nor in .test.yml",
                                  "Prometheus does not load it", "rename it"});
    }
    for (const DeclaredPlaybook& playbook : configured_.playbooks)
      series.check(playbook.healthy, report_.findings);
    if (!configured_.healer_file.empty()) check_playbooks(book_, configured_, report_.findings);
  }

  const Places& places_;
  const Catalog& catalog_;
  base::yaml::Problems problems_;
  Configured configured_;
  Rulebook book_;
  std::size_t alerts_ = 0;
  std::size_t recorded_ = 0;
  Report report_;
};

Output failed(const base::Error& error) { return {2, "", fmt::format("salusctl: {}\n", error.message)}; }

}  // namespace

Report inspect(const Places& places, const Catalog& catalog, const std::string& healer_url) {
  return Inspection(places, catalog).run(healer_url);
}

Output check(const CheckCommand& command) {
  const auto places = find_places(command.places, fs::current_path().string());
  if (!places) return failed(places.error());
  const auto catalog = command.metrics.empty() ? ask_programs() : read_catalog(command.metrics);
  if (!catalog) return failed(catalog.error());
  Inspection inspection(*places, *catalog);
  Report report = inspection.run(command.healer_url);
  ask_tools(*places, inspection.book(), report);
  sort(report.findings);
  return {report.errors() == 0 ? 0 : 1, command.json ? as_json(report) : as_text(report), ""};
}

}  // namespace healer::salusctl::check
