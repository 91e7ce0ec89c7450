#include "exporter/probes/collector.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/text/exposition.h"

namespace exporter::probes {
namespace {

constexpr std::string_view kLabels = "probe, kind, subsystem";

constexpr Family kSuccess{"salus_probe_success", kGauge, kLabels,
                          "1 when the probe's last run succeeded, 0 when it failed."};
constexpr Family kDuration{"salus_probe_duration_seconds", kGauge, kLabels,
                           "How long the probe's last run took."};
constexpr Family kHttpStatus{"salus_probe_http_status_code", kGauge, kLabels,
                             "Status code of the last HTTP response; absent when there was none."};
constexpr Family kExitCode{"salus_probe_exit_code", kGauge, kLabels,
                           "The command's exit code; absent when it was killed or not started."};
constexpr Family kFailures{"salus_probe_consecutive_failures", kGauge, kLabels,
                           "Failed runs since the last successful run; 0 while it succeeds."};
constexpr Family kExpiry{"salus_probe_cert_expiry_timestamp_seconds", kGauge, kLabels,
                         "When the first certificate of the peer's chain expires; absent without TLS."};
constexpr Family kLastRun{"salus_probe_last_run_timestamp_seconds", kGauge, kLabels,
                          "When the probe's last finished run began; the only metric of a probe that hangs."};
constexpr Family kReason{
    "salus_probe_failure_reason", kGauge, "probe, kind, subsystem, reason",
    "1 for the reason why the probe's last run failed, 0 for the other reasons of its kind."};

// The page is written at least this often, so that facts that are too old disappear from it.
constexpr auto kPageInterval = std::chrono::seconds(5);
// The longest wait of a refresh. If it waited longer, one hanging probe would keep the facts of all probes
// from being shown, and the caller would not learn which one hangs.
constexpr auto kRefresh = std::chrono::seconds(4);

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::vector<ProbeStatus::Owner> owners(const Config& config) {
  std::vector<ProbeStatus::Owner> owners;
  for (const Probe& probe : config.probes)
    owners.push_back({probe.name, std::string(probe.kind->name), probe.text});
  return owners;
}

}  // namespace

std::vector<Family> probe_families() {
  return {kSuccess, kDuration, kHttpStatus, kExitCode, kFailures, kExpiry, kLastRun, kReason};
}

std::vector<prometheus::MetricFamily> probe_metrics(const std::vector<Probe>& probes,
                                                    const std::vector<ProbeScheduler::State>& states) {
  auto success = open_family(kSuccess);
  auto duration = open_family(kDuration);
  auto http_status = open_family(kHttpStatus);
  auto exit_code = open_family(kExitCode);
  auto failures = open_family(kFailures);
  auto expiry = open_family(kExpiry);
  auto last_run = open_family(kLastRun);
  auto reason = open_family(kReason);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (!states[i].seen) continue;
    const Probe& probe = probes[i];
    const Observation& seen = *states[i].seen;
    const auto add = [&](prometheus::MetricFamily& family, double value) {
      base::add_sample(
          family, {{"probe", probe.name}, {"kind", probe.kind->name}, {"subsystem", probe.subsystem}}, value);
    };
    add(last_run, base::unix_seconds(seen.began.wall));
    if (!states[i].fresh) continue;
    const ProbeResult& answer = seen.answer;
    add(success, answer.success() ? 1 : 0);
    add(duration, seconds(seen.duration));
    add(failures, static_cast<double>(seen.consecutive_failures));
    if (answer.http_status) add(http_status, *answer.http_status);
    if (answer.exit_code) add(exit_code, *answer.exit_code);
    if (answer.certificate_expires) add(expiry, base::unix_seconds(*answer.certificate_expires));
    for (const Reason each : probe.kind->reasons) {
      base::add_sample(reason,
                       {{"probe", probe.name},
                        {"kind", probe.kind->name},
                        {"subsystem", probe.subsystem},
                        {"reason", name(each)}},
                       answer.failure.reason == each ? 1 : 0);
    }
  }
  return {std::move(success),  std::move(duration), std::move(http_status), std::move(exit_code),
          std::move(failures), std::move(expiry),   std::move(last_run),    std::move(reason)};
}

ProbesCollector::ProbesCollector(Config config, ProbeStatus& probe_status, CheckDurations& checks,
                                 const base::Clock& clock, std::function<void()> run_soon)
    : config_(std::move(config)),
      probe_status_(probe_status),
      checks_(checks),
      generation_(probe_status.take_over(owners(config_))),
      scheduler_(duties(), config_.concurrency, clock,
                 [this, run = std::move(run_soon)](const std::string& probe, const Observation& seen) {
                   probe_status_.put(generation_, probe, seen);
                   note_duration(probe, seen);
                   run();
                 }) {}

ProbesCollector::~ProbesCollector() { probe_status_.leave(generation_); }

std::vector<ScheduledProbe> ProbesCollector::duties() {
  std::vector<ScheduledProbe> duties;
  for (const Probe& probe : config_.probes) {
    duties.push_back(
        {probe.name, probe.interval, probe.timeout, probe.make(), probe_status_.seen(probe.name)});
  }
  return duties;
}

void ProbesCollector::note_duration(const std::string& probe, const Observation& seen) {
  const auto of = std::ranges::find(config_.probes, probe, &Probe::name);
  if (of == config_.probes.end() || of->subsystem.empty()) return;
  checks_.put_subsystem(of->subsystem, "probe " + probe,
                        {seen.duration, seen.began.mono + seen.duration, 3 * of->interval});
}

base::Result<std::vector<prometheus::MetricFamily>> ProbesCollector::collect(base::Deadline) {
  return probe_metrics(config_.probes, scheduler_.states());
}

base::Result<std::vector<prometheus::MetricFamily>> ProbesCollector::refresh(base::Deadline deadline) {
  const auto missing = scheduler_.run_all(deadline);
  if (!missing.empty()) return base::fail("no result yet from {}", fmt::join(missing, ", "));
  return probe_metrics(config_.probes, scheduler_.states());
}

CollectorFactory read_probes(const base::yaml::Node& node, const CollectorContext& collector_context) {
  Config config = read_config(node, collector_context.inventory, collector_context.cadence);
  return {"probes",
          {.interval = kPageInterval, .timeout = kRefresh},
          [config = std::move(config)](const Shared& shared, std::function<void()> run_soon) {
            return std::make_unique<ProbesCollector>(config, shared.probes, shared.checks, shared.clock,
                                                     std::move(run_soon));
          },
          cadence_text(collector_context.cadence)};
}

}  // namespace exporter::probes
