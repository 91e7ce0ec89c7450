#include "salusctl/check/checks/scraping.h"

#include <fmt/format.h>
#include <glob.h>

#include <filesystem>

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;
using base::yaml::Node;

std::vector<std::string> found_by(const fs::path& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return paths;
}

std::string canonical(const fs::path& path) {
  std::error_code error;
  return fs::weakly_canonical(path, error).string();
}

void check_rule_files(const Node& root, const std::string& file, const Rulebook& book,
                      std::vector<Finding>& findings) {
  std::set<std::string> loaded;
  const Node list = root.optional("rule_files");
  for (const Node& item : list.present() ? list.items() : std::vector<Node>{}) {
    const fs::path pattern = fs::absolute(file).parent_path() / item.string();
    for (const std::string& path : found_by(pattern)) {
      loaded.insert(canonical(path));
      if (!path.ends_with(".test.yml")) continue;
      findings.push_back(
          {Severity::kError, "rules-loaded", file, item.line(),
           fmt::format("{} matches the test {}", item.string(), fs::path(path).filename().string()),
           "Prometheus rejects the whole configuration", "use *.rules.yml"});
    }
  }
  const int line = list.present() ? list.line() : root.line();
  for (const std::string& rules : book.files) {
    if (loaded.contains(canonical(rules))) continue;
    findings.push_back({Severity::kError, "rules-loaded", file, line,
                        fmt::format("no entry of rule_files matches {}", rules),
                        "none of its alerts ever fires", "add its folder to rule_files"});
  }
}

// Service discovery of any kind counts as targets: what it finds is not known here.
bool names_targets(const Node& alertmanager) {
  for (const auto& [key, value] : alertmanager.entries()) {
    if (key == "static_configs") {
      for (const Node& each : value.items()) {
        if (!each.optional("targets").strings().empty()) return true;
      }
    } else if (key.ends_with("_sd_configs")) {
      return true;
    }
  }
  return false;
}

void check_alertmanagers(const Node& root, const std::string& file, std::vector<Finding>& findings) {
  const Node alerting = root.optional("alerting");
  const Node list = alerting.present() ? alerting.optional("alertmanagers") : alerting;
  for (const Node& each : list.present() ? list.items() : std::vector<Node>{}) {
    if (names_targets(each)) return;
  }
  findings.push_back({Severity::kError, "alertmanager-missing", file,
                      alerting.present() ? alerting.line() : 1, "alerting.alertmanagers has no targets",
                      "no alert is delivered", "add static_configs with the address of Alertmanager"});
}

void check_jobs(const Node& root, const std::string& file, const Rulebook& book, const Configured& configured,
                std::vector<Finding>& findings) {
  if (root.optional("scrape_config_files").present()) return;  // other files may define any job
  std::set<std::string, std::less<>> jobs;
  const Node list = root.optional("scrape_configs");
  for (const Node& each : list.present() ? list.items() : std::vector<Node>{}) {
    jobs.insert(each.required("job_name").string());
  }
  const auto fix = fmt::format("correct the name, or add the job to {}", file);
  for (const Rule& rule : book.rules) {
    for (const Selector& selector : rule.query.names.selectors) {
      for (const Matcher& matcher : selector.matchers) {
        if (matcher.label != "job") continue;
        for (const std::string& job : named_values(matcher)) {
          if (jobs.contains(job)) continue;
          findings.push_back(
              {Severity::kError, "job-unknown", rule.file, rule.query.line_of(selector.offset),
               fmt::format("{}: Prometheus has no job {}{}", rule.query.asker, job, meant(job, jobs)),
               "no series has this job", fix});
        }
      }
    }
  }
  if (!configured.healer_file.empty() && !jobs.contains(configured.exporter_job)) {
    findings.push_back({Severity::kError, "job-unknown", configured.healer_file, configured.exporter_job_line,
                        fmt::format("exporter_job: Prometheus has no job {}{}", configured.exporter_job,
                                    meant(configured.exporter_job, jobs)),
                        "the healer waits for a scrape of this job and cannot verify any action", fix});
  }
}

}  // namespace

void check_scraping(const std::string& file, const Rulebook& book, const Configured& configured,
                    base::yaml::Problems& problems, std::vector<Finding>& findings) {
  const Node root = base::yaml::load(file, problems);
  if (!root.is_map()) return;
  check_rule_files(root, file, book, findings);
  check_alertmanagers(root, file, findings);
  check_jobs(root, file, book, configured, findings);
}

}  // namespace healer::salusctl::check
