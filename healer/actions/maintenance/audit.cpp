#include "healer/actions/maintenance/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/text/utf8.h"
#include "healer/actions/maintenance/validation/commands.h"
#include "healer/reports/data/report_state.h"

namespace healer::audit {
namespace {

struct Question {
  const char* name;
  const char* defects;   // PromQL: a sample for each
  const char* presence;  // PromQL: without a sample the check is unknown; empty: not needed
  // How a firing alert, also a silenced one, reports a defect already: it has this label with the defect's
  // value, or this is its name. Neither: nothing else reports it.
  const char* label = "";
  const char* alert = "";
};

// Each of its defects is an alert.
constexpr std::string_view kAlerts = "critical alerts";

// Containers that subsystems.yml does not declare are not looked at. The alerts about the audit are left out,
// because otherwise one failure would make the next audit fail.
constexpr std::array kQuestions{
    Question{"alerting", "absent(ALERTS{alertname=\"Watchdog\", alertstate=\"firing\"})", ""},
    Question{"collectors", "salus_collector_success == 0", "count(salus_collector_success)", "collector"},
    Question{"containers", "salus_container_running == 0 and on (container) salus_container_expected == 1",
             "count(salus_container_expected)", "container"},
    Question{
        "container health",
        "salus_container_health{health=\"unhealthy\"} == 1 and on (container) salus_container_expected == 1",
        "count(salus_container_expected)", "container"},
    Question{"subsystems", "subsystem:salus_health_status:max >= 2 or subsystem:salus_health_status:max < 0",
             "count(subsystem:salus_health_status:max)", "subsystem"},
    Question{"files", "salus_file_present == 0 or salus_file_intact == 0", "count(salus_exporter_build_info)",
             "file"},
    Question{"probes", "salus_probe_success == 0", "count(salus_exporter_build_info)", "probe"},
    Question{"log sources", "salus_log_source_up == 0", "count(salus_exporter_build_info)", "source"},
    Question{kAlerts.data(),
             "ALERTS{alertstate=\"firing\", severity=\"critical\", alertname!~\"HealthAudit.*\"}",
             "count(ALERTS{alertname=\"Watchdog\"})"},
    Question{"configuration", "salus_healer_config_last_reload_successful == 0",
             "count(salus_healer_config_last_reload_successful)", "", "ConfigReloadFailed"},
    Question{"alert delivery", "salus_healer_reconcile_success == 0", "count(salus_healer_reconcile_success)",
             "", "ReconcileFailing"},
    Question{"incidents", "salus_incident_exhausted == 1", "count(salus_healer_build_info)", "",
             "HealingExhausted"},
};
constexpr const char* kStatus = "salus:overall_status:max";
constexpr const char* kHealthScore = "max(salus:health_score:weighted)";
constexpr std::size_t kDefectsTold = 20;

// {alertname="ContainerDown", container="quantum_redis"}: the labels that distinguish it from others.
std::string in_words(const Labels& labels) {
  std::string words;
  for (const auto& [name, value] : labels) {
    if (name == "job" || name == "instance" || name == "alertstate" || name == "__name__") continue;
    words +=
        fmt::format("{}{}={}", words.empty() ? "" : ", ", base::excerpt(name, 60), base::excerpt(value, 120));
  }
  return words.empty() ? "no data" : words;
}

// PromQL: its defects that no firing alert reports; empty: each is reported.
std::string unreported(const Question& question) {
  if (question.name == kAlerts) return "";
  if (*question.label != '\0') {
    return fmt::format(
        R"(({}) unless on ({}) ALERTS{{alertstate="firing", {}!="", alertname!~"HealthAudit.*"}})",
        question.defects, question.label, question.label);
  }
  if (*question.alert != '\0') {
    return fmt::format(R"(({}) unless on () ALERTS{{alertstate="firing", alertname="{}"}})", question.defects,
                       question.alert);
  }
  return question.defects;
}

bool all_reported(const Question& question, const checks::Prometheus& prometheus, base::Deadline deadline) {
  const std::string query = unreported(question);
  if (query.empty()) return true;
  const auto left = prometheus.query(query, deadline);
  return left && left->empty();
}

AuditCheck ask(const Question& question, const checks::Prometheus& prometheus, base::Deadline deadline) {
  AuditCheck check{.name = question.name, .passed = false, .defects = {}, .reported = false};
  const auto defects = prometheus.query(question.defects, deadline);
  if (!defects) {
    check.defects.push_back("unknown: " + defects.error().message);
    return check;
  }
  for (const checks::Sample& sample : *defects) {
    if (check.defects.size() == kDefectsTold) {
      check.defects.push_back(fmt::format("and {} more", defects->size() - kDefectsTold));
      break;
    }
    check.defects.push_back(in_words(sample.labels));
  }
  check.reported = !check.defects.empty() && all_reported(question, prometheus, deadline);
  if (check.defects.empty() && *question.presence != '\0') {
    const auto presence = prometheus.query(question.presence, deadline);
    if (!presence) check.defects.push_back("unknown: " + presence.error().message);
    if (presence && presence->empty()) check.defects.push_back("unknown: Prometheus has no data about it");
  }
  check.passed = check.defects.empty();
  return check;
}

std::string read_status(const checks::Prometheus& prometheus, base::Deadline deadline) {
  constexpr std::array kWords{"healthy", "degraded", "critical", "failed"};
  const auto samples = prometheus.query(kStatus, deadline);
  if (!samples || samples->size() != 1) return "unknown";
  const double value = samples->front().value;
  if (!(value >= 0) || value >= static_cast<double>(kWords.size()) || value != std::floor(value))
    return "unknown";
  return kWords[static_cast<std::size_t>(value)];
}

std::optional<double> read_health_score(const checks::Prometheus& prometheus, base::Deadline deadline) {
  const auto samples = prometheus.query(kHealthScore, deadline);
  if (!samples || samples->size() != 1) return std::nullopt;
  const double score = samples->front().value;
  return score >= 0 && score <= 100 ? std::optional(score) : std::nullopt;
}

// Escapes characters that are special in Markdown, such as the end of a table's cell.
std::string cell(const std::string& text) {
  std::string out;
  for (const char sign : text) {
    if (sign == '|' || sign == '<' || sign == '`' || sign == '*' || sign == '_' || sign == '[' ||
        sign == '\\')
      out += '\\';
    out += sign == '\n' ? ' ' : sign;
  }
  return out;
}

// Rounded down, so that only a perfect score is 10.
std::string one_decimal(double score) { return fmt::format("{:g}", std::floor(score * 10 + 1e-9) / 10); }

std::string system_status(const Audit& audit) {
  const std::size_t failed = audit.checks.size() - audit.passed();
  const std::string checks =
      failed == 0 ? "all checks passed" : fmt::format("{} of {} checks failed", failed, audit.checks.size());
  if (audit.status == "healthy")
    return failed == 0 ? "✅ HEALTHY - All systems operational"
                       : "⚠️ HEALTHY - Manual review required, " + checks;
  std::string status = audit.status;
  std::ranges::transform(status, status.begin(), [](unsigned char letter) { return std::toupper(letter); });
  return fmt::format("{} {} - Manual review required, {}",
                     status == "DEGRADED" || status == "UNKNOWN" ? "⚠️" : "❌", status, checks);
}

}  // namespace

std::vector<std::string_view> question_names() {
  std::vector<std::string_view> names;
  for (const Question& question : kQuestions) names.emplace_back(question.name);
  return names;
}

std::size_t Audit::passed() const {
  return static_cast<std::size_t>(std::ranges::count(checks, true, &AuditCheck::passed));
}

double Audit::score() const {
  if (health_score) return *health_score / 10;
  return checks.empty() ? 0 : 10.0 * static_cast<double>(passed()) / static_cast<double>(checks.size());
}

Audit audit(const std::vector<CommandCheck>& commands, const checks::Prometheus& prometheus,
            const base::Clock& clock, base::Deadline deadline) {
  Audit audit{.at = clock.now().wall, .status = read_status(prometheus, deadline), .checks = {}};
  audit.health_score = read_health_score(prometheus, deadline);
  for (const Question& question : kQuestions) audit.checks.push_back(ask(question, prometheus, deadline));
  for (const validation::Check& check : validation::run_commands(commands, 4, clock, deadline)) {
    const bool passed = check.verdict == validation::Verdict::kPass;
    AuditCheck& done = audit.checks.emplace_back();
    done.name = check.name;
    done.passed = passed;
    if (!passed) done.defects.push_back(check.detail);
  }
  return audit;
}

std::string report(const Audit& audit) {
  const bool good = audit.passed() == audit.checks.size() && audit.status == "healthy";
  std::size_t defects = 0;
  std::string list;
  std::string text = fmt::format("# Health Check Report\nGenerated: {}\n\n## Diagnostic Summary\n",
                                 reports::timestamp_of(audit.at));
  for (const AuditCheck& check : audit.checks) {
    text += fmt::format("- {}: {}\n", cell(check.name), check.passed ? "✅ PASS" : "❌ FAIL");
    for (const std::string& defect : check.defects)
      list += fmt::format("- {}: {}\n", cell(check.name), cell(defect));
    defects += check.defects.size();
  }
  text += fmt::format("\n## System Status\n{}\n", system_status(audit));
  text +=
      fmt::format("\n## Metrics\n- Health Score: {}/10\n- Defects Found: {}\n- Status: {}\n",
                  one_decimal(audit.score()), defects, good ? "PRODUCTION READY" : "MANUAL REVIEW REQUIRED");
  return text + "\n## Defects\n" + (list.empty() ? "None.\n" : list);
}

std::string report_name(base::WallTime at) {
  std::string time = base::rfc3339(at).substr(0, 19);  // 2025-12-17T04:00:00
  std::erase_if(time, [](char sign) { return sign == '-' || sign == ':'; });
  std::ranges::replace(time, 'T', '_');
  return fmt::format("health_check_{}.md", time);
}

}  // namespace healer::audit
