// The data of a weekly report as plain values. gather() fills it; Markdown and HTML are both written from
// it.
//
// A value that is missing is a Known with the reason. A value that covers only a part of the window comes
// with that part.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/validation_result.h"
#include "healer/reports/data/error_budget.h"
#include "healer/reports/data/health_score.h"
#include "healer/reports/data/intervals.h"
#include "healer/reports/data/known.h"
#include "healer/reports/data/regression.h"

namespace healer::reports {

// How much of the window was monitored. All other figures are limited to that time.
struct Coverage {
  Known<base::Duration> distance;  // usual distance of samples
  Known<std::uint64_t> expected;   // samples of all services
  std::uint64_t received = 0;
  Known<double> ratio;               // received / expected, at most 1
  std::vector<Interval> own_gaps;    // in which the monitoring itself was down
  std::vector<std::string> missing;  // failed queries, one sentence each
};

struct Service {
  std::string name;
  std::string kind;     // container | subsystem
  std::string trading;  // critical | partial | none: the strongest dependency on it
  // In which a subsystem runs, or the container itself; empty: unknown. An outage of a container is one
  // outage, however many subsystems run in it.
  std::string container = {};
  std::vector<Interval> intervals;
  Availability availability;
  Budget budget;
};

struct IncidentLine {
  std::string id;  // INC-17
  std::string state;
  std::string playbook;
  std::string target;
  std::string subsystem;
  std::string severity;
  std::string kind = {};  // of the target: container | subsystem | trading
  std::vector<std::string> alerts;
  base::WallTime alert_starts_at{};
  base::WallTime opened_at{};
  std::optional<base::WallTime> closed_at;
  struct Act {
    std::string description;
    std::string outcome;  // success, failure, interrupted; empty: unknown
  };
  std::vector<Act> acts;
  std::vector<std::string> refusals;  // reasons, each once
};
// A task with a run within the window.
struct TaskLine {
  std::string name;
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;  // failed or interrupted runs
  bool failing = false;        // the last finished run was not successful
  base::WallTime last_run{};
  std::string detail;  // of the last failed run; may be empty
};
// An action that waited for an operator's approval at the window's end.
struct ApprovalLine {
  std::string id;  // APR-17-1
  std::string incident;
  std::string description;
  base::WallTime asked_at{};
};
struct OperatorLine {
  base::WallTime at{};
  std::string what;  // pause for 1 h, hold policy …
  std::string who;
  std::string reason;
};
// What the healer did, from its journal.
struct Healing {
  std::vector<IncidentLine> incidents;            // without those of tasks, oldest first
  std::uint64_t task_runs = 0;                    // runs of due tasks; not counted as incidents
  std::map<std::string, std::uint64_t> outcomes;  // of incidents, by state
  std::map<std::string, std::uint64_t> refusals;  // by reason
  std::map<std::pair<std::string, std::string>, std::uint64_t> actions;  // by name and outcome
  std::vector<OperatorLine> operators;
  std::vector<base::Duration> times_to_heal;           // from the first alert to healed, ascending
  std::map<std::string, base::Duration> policy_times;  // how long each policy was in force within the window
  std::uint64_t journal_failures = 0;
  std::vector<TaskLine> tasks = {};          // by name
  std::vector<ApprovalLine> approvals = {};  // oldest first
  // The journal's first record, if it is from within the window: what happened before it is unknown.
  std::optional<base::WallTime> begins = {};
};

struct AlertLine {
  std::string name;
  // Times that it fired within the window, sum of all label sets. Those of one container count as one: an
  // outage of a container has an alert for each subsystem in it.
  std::uint64_t fired = 0;
  bool fires = false;       // at the window's end
  base::Duration firing{};  // time in which at least one label set fired
  std::uint64_t flaps = 0;  // times that it fired again within ten minutes of its end
  bool policy = false;      // it tightens the trading policy
};
struct Alerts {
  std::vector<AlertLine> fired;                      // noisiest first
  Known<std::vector<std::string>> never_fired;       // alerts that did not fire within the window
  std::map<std::string, std::string> runbooks = {};  // alert -> the annotation `runbook_url` of its rule
};

struct LogDay {
  base::WallTime from{};  // of 24 hours, counted from the window's beginning
  Known<std::uint64_t> critical, errors, warnings;
};
struct LogSource {
  std::string name;
  Known<std::uint64_t> critical, errors, warnings;  // exact, of the monitored time
  std::vector<LogDay> days;
};
struct HourOver {
  base::WallTime hour{};
  std::uint64_t critical = 0, errors = 0;
};
// How many of an hour are too many, over all sources, as the rules record it.
struct LogLimits {
  std::uint64_t critical = 0, errors = 0;
};
struct PatternLine {
  std::string source, id, level, words, standing, example;
  std::uint64_t count = 0;  // within the window
  double share = 0;         // of all error and critical events within the window
  base::WallTime first_seen{}, last_seen{};
  std::vector<double> per_day;
};
struct Logs {
  Known<std::vector<LogSource>> sources;
  Known<LogLimits> limits;
  std::vector<HourOver> hours_over;          // none while the limits are unknown
  std::uint64_t hours_known = 0;             // hours of the window whose counts are complete
  std::optional<base::WallTime> since = {};  // from when on events are counted
  Known<std::vector<PatternLine>> top;
  std::map<std::string, std::uint64_t> standings;  // how many patterns are new, gone, surging, regressed
};

// Exact counts of the monitored time.
struct RestartLine {
  std::string container;
  Known<std::uint64_t> restarts;   // by its restart policy or on request
  Known<std::uint64_t> oom_kills;  // processes killed because memory ran out
};

// The health score, salus:health_score:weighted, 0 to 100, within the window.
struct HealthScore {
  double average = 0;
  double lowest = 0;
};

struct DiskLine {
  std::string mountpoint;
  double available = 0, size = 0;  // bytes
  Known<double> days_to_full;      // from the trend; unknown if it does not fill
};
struct MemoryLine {
  std::string container;
  std::vector<double> floors;  // bytes, one per day, oldest first
  Known<double> per_day;       // bytes
  std::optional<double> limit;
  bool leaks = false;  // only_grows(floors)
};
struct CertificateLine {
  std::string probe;
  base::WallTime expires{};
};
// Of the containers with salus_container_image_current (docs/metrics.md).
struct Images {
  std::size_t containers = 0;
  std::vector<std::string> outdated;  // containers whose image is not the newest of its name
};
struct Capacity {
  Known<std::vector<DiskLine>> disks;
  Known<std::vector<MemoryLine>> memory;
  Known<std::vector<CertificateLine>> certificates;
  Known<Images> images;
};

struct LatencyChange {
  std::string probe;
  LatencyComparison change;  // in seconds
};
struct RateChange {
  std::string subsystem;
  RateComparison change;
};
struct Regressions {
  Known<std::vector<LatencyChange>> latency;
  Known<std::vector<RateChange>> errors;
};

// The summary of a report, from its JSON file.
struct Past {
  Window window;
  std::optional<int> score;
  std::optional<double> availability;  // the worst of the services that trading depends on critically
  std::optional<std::uint64_t> incidents, exhausted, alerts, errors;
  std::optional<double> minutes_to_heal;  // median
  std::string status;                     // of the validation, in a few words; may be empty
  std::optional<double> coverage = {};    // share of the expected samples that were received
  std::optional<double> health = {};      // the average of the health score
};

struct Query {
  std::string what;
  std::string promql;
};
struct Appendix {
  std::string version;
  double objective = 0.999;
  std::string external_url, runbook_url;  // may be empty
  std::vector<Query> queries;
};

struct Weekly {
  std::string stack;
  Window window;
  base::WallTime written_at{};
  Score score;
  Coverage coverage;
  Known<HealthScore> health;
  Known<std::vector<Service>> services;
  Known<std::vector<RestartLine>> restarts;
  Known<validation::Validation> validation;
  Known<Healing> healing;
  Known<Alerts> alerts;
  Logs logs;
  Capacity capacity;
  Regressions regressions;
  std::vector<Past> past;  // oldest first, without this report; at most 7
  Appendix appendix;
};

}  // namespace healer::reports
