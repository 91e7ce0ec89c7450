#include "healer/api/metrics/task_metrics.h"

#include <algorithm>

#include "base/text/exposition.h"

namespace healer {
namespace {

using base::add_sample;
using prometheus::MetricFamily;

// The tasks of the configuration, whether they ever ran or not; removed tasks have no series.
void add_tasks(std::vector<MetricFamily>& families, const View& view, const Config& config) {
  MetricFamily success = base::gauge_family(
      "salus_task_last_success_timestamp_seconds",
      "When the task last succeeded; if it never did, the healer's first start. Absent for a task that "
      "is not scheduled.");
  MetricFamily run = base::gauge_family(
      "salus_task_last_run_timestamp_seconds",
      "When the task was last started; if it never was, the healer's first start. Absent for a task that "
      "is not scheduled.");
  MetricFamily duration = base::gauge_family("salus_task_duration_seconds",
                                             "How long the task's newest run took; absent before the first.");
  MetricFamily failures =
      base::counter_family("salus_task_failures_total",
                           "Runs of the task that failed or were interrupted, since the journal began.");
  MetricFamily freed =
      base::counter_family("salus_task_freed_bytes_total",
                           "Bytes that the task's successful runs have freed, since the journal began.");
  MetricFamily removed = base::counter_family(
      "salus_task_removed_total",
      "Files or keys that the task's successful runs have removed, since the journal began.");
  MetricFamily skipped = base::counter_family("salus_task_skipped_total",
                                              "Items that the task's successful runs have skipped because "
                                              "they were in use or missing, since the journal began.");
  for (const Playbook& playbook : config.playbooks) {
    if (playbook.task.empty()) continue;
    const auto found = view.tasks.find(playbook.task);
    const View::Task task = found == view.tasks.end() ? View::Task{} : found->second;
    const auto since = [&](base::WallTime at) {
      return base::unix_seconds(at == base::WallTime{} ? view.first_start : at);
    };
    if (playbook.scheduled) {
      add_sample(success, {{"task", playbook.task}}, since(task.last_success));
      add_sample(run, {{"task", playbook.task}}, since(task.last_run));
    }
    if (found != view.tasks.end()) add_sample(duration, {{"task", playbook.task}}, task.duration);
    add_sample(failures, {{"task", playbook.task}}, static_cast<double>(task.failures));
    for (const auto& [family, name] :
         {std::pair(&freed, "freed_bytes"), {&removed, "removed"}, {&skipped, "skipped"}}) {
      const auto count = task.counts.find(name);
      add_sample(*family, {{"task", playbook.task}},
                 count == task.counts.end() ? 0 : static_cast<double>(count->second));
    }
  }
  for (MetricFamily* family : {&success, &run, &duration, &failures, &freed, &removed, &skipped}) {
    families.push_back(std::move(*family));
  }
}

// The module or smoke test that the finding is about, if it names what heals it.
const CommandCheck* healable(const Finding& finding, const ValidationConfig& config) {
  if (finding.group != "modules" && finding.group != "smoke") return nullptr;
  const auto& commands = finding.group == "modules" ? config.modules : config.smoke;
  const auto found = std::ranges::find(commands, finding.name, &CommandCheck::name);
  return found == commands.end() || found->heal.empty() ? nullptr : &*found;
}

// Results of suites of checks; absent before the first run.
void add_findings(std::vector<MetricFamily>& families, const View& view, const ValidationConfig& config) {
  MetricFamily check = base::gauge_family(
      "salus_validation_check_success",
      "1 when the check passed in the newest validation. heal and container only for a module or a smoke "
      "test that names them.");
  MetricFamily phase = base::gauge_family("salus_validation_phase_success",
                                          "1 when the phase passed in the newest validation.");
  if (const auto found = view.found.find("validation"); found != view.found.end()) {
    for (const Finding& finding : found->second.list) {
      if (finding.name.empty()) {
        add_sample(phase, {{"phase", finding.group}}, finding.ok ? 1 : 0);
      } else if (const CommandCheck* by = healable(finding, config)) {
        add_sample(check,
                   {{"phase", finding.group},
                    {"check", finding.name},
                    {"heal", by->heal},
                    {"container", by->container}},
                   finding.ok ? 1 : 0);
      } else {
        add_sample(check, {{"phase", finding.group}, {"check", finding.name}}, finding.ok ? 1 : 0);
      }
    }
  }
  MetricFamily audit = base::gauge_family("salus_health_audit_check_success",
                                          "1 when the check found nothing in the newest health audit that a "
                                          "firing alert does not report already.");
  MetricFamily ratio = base::gauge_family("salus_health_audit_passed_ratio",
                                          "Share of the checks that passed in the newest health audit.");
  if (const auto found = view.found.find("health_audit"); found != view.found.end()) {
    for (const Finding& finding : found->second.list) {
      add_sample(audit, {{"check", finding.name}}, finding.ok ? 1 : 0);
    }
    if (const std::size_t all = found->second.list.size(); all > 0) {
      const auto passed = std::ranges::count(found->second.list, true, &Finding::ok);
      add_sample(ratio, {}, static_cast<double>(passed) / static_cast<double>(all));
    }
  }
  for (MetricFamily* family : {&check, &phase, &audit, &ratio}) families.push_back(std::move(*family));
}

}  // namespace

void add_task_families(std::vector<MetricFamily>& families, const View& view, const Config& config) {
  add_tasks(families, view, config);
  add_findings(families, view, config.validation);
}

}  // namespace healer
