#include "healer/api/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/program.h"
#include "base/text/exposition.h"
#include "healer/api/metrics/http_metrics.h"
#include "healer/api/metrics/policy_metrics.h"
#include "healer/api/metrics/task_metrics.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

using base::add_sample;
using prometheus::MetricFamily;

constexpr std::array kRefusals{Refusal::kPaused,
                               Refusal::kTargetBusy,
                               Refusal::kCooldown,
                               Refusal::kAttempts,
                               Refusal::kUndeclaredTarget,
                               Refusal::kUnknownPlaybook,
                               Refusal::kNotAccepted,
                               Refusal::kLatched,
                               Refusal::kJournalUnwritable,
                               Refusal::kHours,
                               Refusal::kUnhealthy,
                               Refusal::kStarting,
                               Refusal::kPolicy,
                               Refusal::kStorm,
                               Refusal::kParent,
                               Refusal::kActionsPerHour,
                               Refusal::kConcurrency,
                               Refusal::kSuppressed,
                               Refusal::kContradicted,
                               Refusal::kUnverified,
                               Refusal::kApproval,
                               Refusal::kNotAutomatic};
constexpr std::array<std::string_view, 3> kActionOutcomes{"success", "failure", "interrupted"};

const prometheus::Histogram::BucketBoundaries kTimeToHeal{5,  10,  15,  20,  30,   45,  60,
                                                          90, 120, 300, 600, 1800, 3600};

double seconds(base::WallTime time) { return base::unix_seconds(time); }

MetricFamily histogram_family(std::string name, std::string help) {
  MetricFamily family = base::gauge_family(std::move(name), std::move(help));
  family.type = prometheus::MetricType::Histogram;
  return family;
}

void add_histogram(MetricFamily& family, std::string_view label, const std::string& value,
                   const prometheus::ClientMetric::Histogram& histogram) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label.push_back({std::string(label), value});
  metric.histogram = histogram;
}

MetricFamily single(MetricFamily family, double value) {
  add_sample(family, {}, value);
  return family;
}

MetricFamily incidents_open(const View& view) {
  MetricFamily family = base::gauge_family("salus_incidents_open",
                                           "Incidents that are not closed, by the severity of their alert.");
  std::map<std::string, int> open{{"critical", 0}, {"warning", 0}, {"info", 0}};
  for (const IncidentView& incident : view.incidents) {
    if (is_open(incident.state)) ++open[incident.severity];
  }
  for (const auto& [severity, count] : open) add_sample(family, {{"severity", severity}}, count);
  return family;
}

double count_refused(const View& view, Refusal refusal) {
  return static_cast<double>(std::ranges::count(view.incidents, refusal, &IncidentView::refusal));
}

// 0 for a container that is not stopped on purpose: a missing series is a healer that is not there.
void add_planned_downtime(std::vector<MetricFamily>& families, const View& view, const Config& config) {
  MetricFamily since = base::gauge_family(
      "salus_planned_downtime_start_timestamp_seconds",
      "When the healer began an action that stops this container on purpose; 0: there is none now.");
  MetricFamily until = base::gauge_family(
      "salus_planned_downtime_end_timestamp_seconds",
      "Until when the container may be down because of that action; 0: there is none now.");
  for (const std::string& container : config.inventory.containers()) {
    const auto planned = view.planned_downtime.find(container);
    const bool is_planned = planned != view.planned_downtime.end();
    add_sample(since, {{"container", container}}, is_planned ? seconds(planned->second.since) : 0);
    add_sample(until, {{"container", container}}, is_planned ? seconds(planned->second.until) : 0);
  }
  families.push_back(std::move(since));
  families.push_back(std::move(until));
}

MetricFamily missing_collectors(const Readings& readings) {
  MetricFamily family = base::gauge_family(
      "salus_verification_collector_missing",
      "1 when the exporter lacks this collector, so that actions are verified without its facts.");
  for (const auto& [collector, missing] : readings.missing_collectors)
    add_sample(family, {{"collector", collector}}, missing ? 1 : 0);
  return family;
}

// A label with an unknown playbook comes from outside and must not create an unbounded number of series.
std::string known_playbook(const std::string& name, const Config& config) {
  const bool known = name == kUndoPlaybook ||
                     std::ranges::find(config.playbooks, name, &Playbook::name) != config.playbooks.end();
  return known ? name : "unknown";
}

MetricFamily decisions_total(const View& view, const Config& config) {
  MetricFamily family = base::counter_family("salus_decisions_total",
                                             "Decisions since the journal began: act, refuse (with the "
                                             "reason), or dry_run (the action would have run).");
  std::map<View::Decision, std::uint64_t> totals;
  const auto begin_at_0 = [&totals](const Playbook& playbook) {
    totals[{playbook.name, "act", ""}] = 0;
    totals[{playbook.name, "dry_run", ""}] = 0;
    for (const Refusal refusal : kRefusals)
      totals[{playbook.name, "refuse", std::string(to_string(refusal))}] = 0;
  };
  std::ranges::for_each(config.playbooks, begin_at_0);
  begin_at_0(config.undo);
  totals[{"unknown", "refuse", std::string(to_string(Refusal::kUnknownPlaybook))}] = 0;
  for (const auto& [decision, count] : view.decisions_total) {
    totals[{known_playbook(decision.playbook, config), decision.outcome, decision.reason}] += count;
  }
  for (const auto& [decision, count] : totals) {
    add_sample(family,
               {{"playbook", decision.playbook}, {"outcome", decision.outcome}, {"reason", decision.reason}},
               static_cast<double>(count));
  }
  return family;
}

MetricFamily actions_total(const View& view, const Config& config) {
  MetricFamily family = base::counter_family(
      "salus_actions_total", "Actions that were started since the journal began, by how they ended.");
  auto totals = view.actions_total;
  for (const Playbook& playbook : config.playbooks) {
    for (const Rung& rung : playbook.rungs) {
      for (const std::string_view outcome : kActionOutcomes)
        totals.try_emplace({rung.action, std::string(outcome)}, 0);
    }
  }
  for (const auto& [which, count] : totals) {
    add_sample(family, {{"action", which.first}, {"outcome", which.second}}, static_cast<double>(count));
  }
  return family;
}

MetricFamily incident_exhausted(const View& view, const Config& config) {
  MetricFamily family = base::gauge_family(
      "salus_incident_exhausted",
      "1 while the playbook is exhausted for the subsystem and an operator must release the incident. The "
      "subsystem is empty for a task, and for a container that belongs to no subsystem.");
  std::map<std::pair<std::string, std::string>, int> latched;
  for (const Playbook& playbook : config.playbooks) {
    if (!playbook.task.empty()) {
      latched[{"", playbook.name}] = 0;
      continue;
    }
    for (const base::Subsystem& subsystem : config.inventory.subsystems) {
      if (!subsystem.container.empty()) latched[{subsystem.name, playbook.name}] = 0;
    }
    if (!config.inventory.other_containers.empty()) latched[{"", playbook.name}] = 0;
  }
  for (const IncidentView& incident : view.incidents) {
    if (incident.state != State::kExhausted) continue;
    for (const std::string& subsystem : exhausted_subsystems(incident, view, config)) {
      latched[{subsystem, incident.playbook}] = 1;
    }
  }
  for (const auto& [pair, value] : latched) {
    const auto playbook = std::ranges::find(config.playbooks, pair.second, &Playbook::name);
    add_sample(family,
               {{"subsystem", pair.first},
                {"playbook", pair.second},
                {"task", playbook == config.playbooks.end() ? "" : playbook->task}},
               value);
  }
  return family;
}

void add_chain(std::vector<MetricFamily>& families, const View& view) {
  families.push_back(
      single(base::gauge_family("salus_policy_chain_ok",
                                "1 when rules, delivery and heartbeat agree, so that the policy may loosen."),
             view.chain.ok ? 1 : 0));
  MetricFamily up = base::gauge_family("salus_ruler_up",
                                       "1 when the newest query of the ruler's alerting rules succeeded.");
  MetricFamily missing = base::gauge_family(
      "salus_rules_missing", "Rules that act on the policy and were loaded in the ruler, but no longer are.");
  for (const auto& [name, ruler] : view.chain.rulers) {
    add_sample(up, {{"ruler", name}}, ruler.up ? 1 : 0);
    const auto gone = view.chain.missing_rules.find(name);
    add_sample(missing, {{"ruler", name}},
               gone == view.chain.missing_rules.end() ? 0 : static_cast<double>(gone->second.size()));
  }
  families.push_back(std::move(up));
  families.push_back(std::move(missing));
}

void add_policy_outputs(std::vector<MetricFamily>& families, const Config& config, const Readings& readings) {
  MetricFamily success = base::gauge_family("salus_policy_output_last_success_timestamp_seconds",
                                            "When the policy was last published by this output; 0: never.");
  MetricFamily failures = base::counter_family("salus_policy_output_failures_total",
                                               "Attempts to publish the policy by this output that failed.");
  MetricFamily behind = base::gauge_family("salus_policy_output_behind",
                                           "1 while the newest policy is stricter than the valid document "
                                           "that readers of this output still find.");
  for (const auto& [output, status] : readings.policy_outputs) {
    add_sample(success, {{"output", output}}, seconds(status.last_success));
    add_sample(failures, {{"output", output}}, static_cast<double>(status.failures));
    add_sample(behind, {{"output", output}}, status.behind ? 1 : 0);
  }
  families.push_back(std::move(success));
  families.push_back(std::move(failures));
  families.push_back(std::move(behind));
  families.push_back(
      single(base::gauge_family("salus_policy_file_spares",
                                "Files beside the policy file whose blocks are reserved, so that "
                                "the policy can be written while the disk is full."),
             readings.policy_file_spares));
  const std::chrono::duration<double> lease = config.policy.lease;
  families.push_back(
      single(base::gauge_family("salus_policy_lease_seconds",
                                "How long a policy document is valid; it is renewed at a third of it."),
             lease.count()));
}

void add_notifications(std::vector<MetricFamily>& families, const Readings& readings) {
  MetricFamily total = base::counter_family(
      "salus_notifications_total",
      "Notifications by result: delivered, digested (delivered as part of a digest), failed (refused, or "
      "given up: a dead letter), dropped (queue full, or notifier removed) or suppressed (already sent).");
  MetricFamily waiting =
      base::gauge_family("salus_notifications_waiting", "Notifications that are not delivered yet.");
  MetricFamily oldest =
      base::gauge_family("salus_notifications_oldest_waiting_seconds",
                         "How long the oldest undelivered notification has waited; 0: none waits.");
  for (const auto& [notifier, reading] : readings.notifications) {
    const notify::Counts& counts = reading.counts;
    for (const auto& [outcome, count] :
         {std::pair("delivered", counts.delivered), std::pair("digested", counts.digested),
          std::pair("failed", counts.failed), std::pair("dropped", counts.dropped),
          std::pair("suppressed", counts.suppressed)}) {
      add_sample(total, {{"notifier", notifier}, {"outcome", outcome}}, static_cast<double>(count));
    }
    add_sample(waiting, {{"notifier", notifier}}, static_cast<double>(reading.backlog.waiting));
    add_sample(oldest, {{"notifier", notifier}},
               std::chrono::duration<double>(reading.backlog.oldest).count());
  }
  for (MetricFamily* family : {&total, &waiting, &oldest}) families.push_back(std::move(*family));
  families.push_back(single(
      base::counter_family(
          "salus_outbox_errors_total",
          "Failed writes to the outbox of notifications; the notifications concerned are in memory only."),
      static_cast<double>(readings.outbox_errors)));
}

void add_itself(std::vector<MetricFamily>& families, const Readings& readings) {
  const auto gauge = [&](std::string name, std::string help, double value) {
    families.push_back(single(base::gauge_family(std::move(name), std::move(help)), value));
  };
  const auto counter = [&](std::string name, std::string help, std::uint64_t value) {
    families.push_back(
        single(base::counter_family(std::move(name), std::move(help)), static_cast<double>(value)));
  };
  counter("salus_incident_reports_written_total",
          "Incident reports, and sections about incidents in the weekly report, that were written.",
          readings.reports_written);
  counter("salus_incident_report_errors_total", "Incident reports that could not be written.",
          readings.report_errors);
  gauge("salus_incident_reports_due", "Incident reports that could not be written and are retried.",
        static_cast<double>(readings.reports_due));
  counter("salus_journal_errors_total", "Writes to the journal that failed.", readings.journal_errors);
  gauge("salus_journal_bytes", "Size of the journal.", static_cast<double>(readings.journal_bytes));
  gauge("salus_journal_records", "Records in the journal.", static_cast<double>(readings.journal_records));
  counter("salus_journal_retired_records_total",
          "Records that the journal has removed because they were older than journal.retention.",
          readings.journal_retired);
  gauge("salus_journal_quarantined",
        "1 when the journal could not be used at the last start and was replaced by an empty one.",
        readings.journal_quarantined ? 1 : 0);
  gauge("salus_journal_missing_records",
        "1 when the journal of the last start may lack its newest records, as after a restored backup.",
        readings.journal_missing_records ? 1 : 0);
  counter("salus_policy_file_errors_total",
          "Failed writes of the policy file, including those that succeeded from its reserve.",
          readings.policy_file_errors);
  gauge("salus_healer_prometheus_last_success_timestamp_seconds",
        "When Prometheus last answered the healer; 0: never.", seconds(readings.prometheus_answered_at));
  gauge("salus_healer_reconcile_success", "1 when Alertmanager last answered with its list of alerts.",
        readings.reconcile_ok ? 1 : 0);
  gauge("salus_healer_reconcile_last_success_timestamp_seconds",
        "When Alertmanager last answered with its list of alerts; 0: never.",
        seconds(readings.reconciled_at));
  for (MetricFamily& family : http_families(readings.http)) families.push_back(std::move(family));
  MetricFamily routed = base::gauge_family("salus_healer_reconcile_alerts",
                                           "Watchdogs and alerts with heal or policy in Alertmanager's last "
                                           "list, by whether they are routed to the healer or elsewhere.");
  add_sample(routed, {{"routed", "here"}}, static_cast<double>(readings.routed_here));
  add_sample(routed, {{"routed", "elsewhere"}}, static_cast<double>(readings.routed_elsewhere));
  families.push_back(std::move(routed));
  gauge("salus_healer_config_last_reload_successful", "1 when the last read of the configuration succeeded.",
        readings.config_ok ? 1 : 0);
  gauge("salus_healer_config_last_reload_success_timestamp_seconds",
        "When the configuration in force was read.", seconds(readings.config_loaded_at));
  MetricFamily build =
      base::gauge_family("salus_healer_build_info", "1, labelled with the healer's version.");
  add_sample(build, {{"version", base::version()}}, 1);
  families.push_back(std::move(build));
}

}  // namespace

std::vector<std::string> exhausted_subsystems(const IncidentView& incident, const View& view,
                                              const Config& config) {
  std::set<std::string> names{incident.subsystem};
  for (const Alert& alert : view.firing) {
    const base::Subsystem* subsystem = config.inventory.find(alert.label("subsystem"));
    if (subsystem == nullptr || subsystem->container != incident.target.name) continue;
    if (alert.label("heal") != incident.playbook) continue;
    names.insert(subsystem->name);
  }
  return {names.begin(), names.end()};
}

void Metrics::observe_healed(const View& view, const Config& config) {
  const auto histogram = [&](const std::string& playbook) -> prometheus::Histogram& {
    auto& slot = time_to_heal_[known_playbook(playbook, config)];
    if (!slot) slot = std::make_unique<prometheus::Histogram>(kTimeToHeal);
    return *slot;
  };
  for (const Playbook& playbook : config.playbooks) histogram(playbook.name);
  for (; healed_seen_ < view.healed.size(); ++healed_seen_) {
    const View::Healed& healed = view.healed[healed_seen_];
    histogram(healed.playbook).Observe(healed.seconds);
  }
}

std::vector<MetricFamily> Metrics::families(const View& view, const Config& config,
                                            const Readings& readings) {
  std::vector<MetricFamily> families = base::process_families();

  MetricFamily received =
      base::counter_family("salus_alerts_received_total",
                           "Alerts received by webhook, by result; invalid and unauthorized count requests.");
  for (const auto& [result, count] : readings.alerts_received) {
    add_sample(received, {{"result", result}}, static_cast<double>(count));
  }
  families.push_back(std::move(received));
  families.push_back(incidents_open(view));
  families.push_back(decisions_total(view, config));
  families.push_back(single(
      base::gauge_family("salus_approvals_pending", "Actions that wait for an operator's approval."),
      static_cast<double>(std::ranges::count(view.approvals, Approval::State::kPending, &Approval::state))));
  families.push_back(actions_total(view, config));

  MetricFamily durations = histogram_family("salus_action_duration_seconds", "How long actions took.");
  for (const auto& [action, histogram] : readings.action_durations)
    add_histogram(durations, "action", action, histogram);
  families.push_back(std::move(durations));

  MetricFamily healed =
      histogram_family("salus_time_to_heal_seconds",
                       "From the start of an incident's first alert until its healing was verified.");
  {
    std::lock_guard lock(mutex_);
    observe_healed(view, config);
    for (const auto& [playbook, histogram] : time_to_heal_) {
      add_histogram(healed, "playbook", playbook, histogram->Collect().histogram);
    }
  }
  families.push_back(std::move(healed));
  families.push_back(incident_exhausted(view, config));
  families.push_back(single(base::gauge_family("salus_incidents_contradicted",
                                               "Open incidents whose alert still fires although verification "
                                               "found the target healthy: operator action required."),
                            count_refused(view, Refusal::kContradicted)));
  families.push_back(single(base::gauge_family("salus_incidents_unverified",
                                               "Open incidents whose last action could not be verified: "
                                               "nothing disruptive runs until a check succeeds."),
                            count_refused(view, Refusal::kUnverified)));
  if (!readings.missing_collectors.empty()) families.push_back(missing_collectors(readings));
  add_planned_downtime(families, view, config);
  add_task_families(families, view, config);
  add_policy_families(families, view);
  add_chain(families, view);
  add_policy_outputs(families, config, readings);
  families.push_back(single(base::gauge_family("salus_watchdog_last_seen_timestamp_seconds",
                                               "When the Watchdog alert was last received; 0: never."),
                            seconds(view.watchdog_last_seen)));
  families.push_back(
      single(base::gauge_family("salus_healer_paused", "1 while an operator has paused healing."),
             view.pause_reason ? 1 : 0));
  families.push_back(single(
      base::gauge_family(
          "salus_storm",
          "1 while a storm is active: too many containers are unhealthy, automatic restarts are suspended."),
      view.storm ? 1 : 0));
  families.push_back(single(base::gauge_family("salus_targets_in_trouble",
                                               "Containers that count for a storm: with an open incident "
                                               "that has a firing alert, and is not only verifying."),
                            static_cast<double>(view.targets_in_trouble)));
  MetricFamily unhealthy = base::gauge_family(
      "salus_healer_unhealthy",
      "1 while the healer suspends disruptive actions because of its own state, by the reason.");
  add_sample(unhealthy, {{"reason", "clock"}}, view.self_health.clock.empty() ? 0 : 1);
  add_sample(unhealthy, {{"reason", "config"}}, view.self_health.config.empty() ? 0 : 1);
  add_sample(unhealthy, {{"reason", "disk"}}, view.self_health.disk.empty() ? 0 : 1);
  families.push_back(std::move(unhealthy));
  add_notifications(families, readings);
  add_itself(families, readings);
  return families;
}

}  // namespace healer
