// Everything a weekly report says, as plain values, before any of it is a sentence: what is gathered fills
// this, and both the Markdown and the HTML are written from it.
//
// Nothing here is invented. A figure that could not be had is a Known without a value, and says why in words;
// a figure from a part of the window comes with that part.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/reports/error_budget.h"
#include "healer/reports/health_score.h"
#include "healer/reports/intervals.h"
#include "healer/reports/known.h"
#include "healer/reports/regression.h"
#include "healer/validation/validation.h"

namespace healer::reports {

// How much of the window was looked at: no figure below means more than this.
struct Coverage {
  Known<base::Duration> distance;  // of samples, as it usually was
  Known<std::uint64_t> expected;   // samples of all services
  std::uint64_t received = 0;
  Known<double> ratio;               // received / expected, at most 1
  std::vector<Interval> own_gaps;    // in which nothing was looked at
  std::vector<std::string> missing;  // what could not be asked, a sentence each
};

struct Service {
  std::string name;
  std::string kind;     // container | subsystem
  std::string trading;  // critical | partial | none: the most that depends on it
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
  std::vector<std::string> alerts;
  base::WallTime alert_starts_at{};
  base::WallTime opened_at{};
  std::optional<base::WallTime> closed_at;
  struct Act {
    std::string description;
    std::string outcome;  // success, failure, interrupted; empty: not known
  };
  std::vector<Act> acts;
  std::vector<std::string> refusals;  // reasons, each once
};
struct OperatorLine {
  base::WallTime at{};
  std::string what;  // pause for 1 h, hold policy …
  std::string who;
  std::string reason;
};
// What the healer did, from its journal.
struct Healing {
  std::vector<IncidentLine> incidents;            // of things, oldest first
  std::uint64_t task_runs = 0;                    // due tasks that were carried out: no incidents of anybody
  std::map<std::string, std::uint64_t> outcomes;  // of incidents, by state
  std::map<std::string, std::uint64_t> refusals;  // by reason
  std::map<std::pair<std::string, std::string>, std::uint64_t> actions;  // by name and outcome
  std::vector<OperatorLine> operators;
  std::vector<base::Duration> times_to_heal;           // from the first alert until healed, ascending
  std::map<std::string, base::Duration> policy_times;  // how long each safety policy stood within the window
  std::uint64_t journal_failures = 0;
};

struct AlertLine {
  std::string name;
  std::uint64_t fired = 0;  // times that it fired, in the window at least in part, all label sets together
  bool fires = false;       // at the window's end
  base::Duration firing{};  // how long at least one label set did
  std::uint64_t flaps = 0;  // times that it fired again within ten minutes of its end
};
struct Alerts {
  std::vector<AlertLine> fired;                 // noisiest first
  Known<std::vector<std::string>> never_fired;  // rules of that name did not, within the window
};

struct LogDay {
  base::WallTime from{};  // of 24 hours, counted from the window's beginning
  Known<std::uint64_t> critical, errors, warnings;
};
struct LogSource {
  std::string name;
  std::uint64_t critical = 0, errors = 0, warnings = 0;  // of the hours that are known
  std::vector<LogDay> days;
};
struct HourOver {
  base::WallTime hour{};
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
  std::vector<HourOver> hours_over;
  std::uint64_t hours_known = 0;  // of the window's
  Known<std::vector<PatternLine>> top;
  std::map<std::string, std::uint64_t> standings;  // how many patterns are new, gone, surging, regressed
};

struct DiskLine {
  std::string mountpoint;
  double available = 0, size = 0;  // bytes
  Known<double> days_to_full;      // of the trend; unknown where it does not fill
};
struct MemoryLine {
  std::string container;
  std::vector<double> floors;  // bytes, a day each, oldest first
  Known<double> per_day;       // bytes
  std::optional<double> limit;
  bool leaks = false;  // only_grows(floors)
};
struct CertificateLine {
  std::string probe;
  base::WallTime expires{};
};
// Of the containers of which it can be told: docs/metrics.md, salus_container_image_current.
struct Images {
  std::size_t containers = 0;
  std::vector<std::string> outdated;  // those made before the newest build of their image's name
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

// What later reports remember of one: its JSON twin.
struct Past {
  Window window;
  std::optional<int> score;
  std::optional<double> availability;  // the worst of the services that trading depends on critically
  std::optional<std::uint64_t> incidents, exhausted, alerts, errors;
  std::optional<double> minutes_to_heal;  // median
  std::string status;                     // of the validation, in a few words; may be empty
};

struct Query {
  std::string what;
  std::string promql;
};
struct Appendix {
  std::string version;
  double objective = 0.999;
  std::uint64_t critical_per_hour = 5, errors_per_hour = 50;
  std::string external_url, runbook_url;  // may be empty
  std::vector<Query> queries;
};

struct Weekly {
  std::string stack;
  Window window;
  base::WallTime written_at{};
  Score score;
  Coverage coverage;
  Known<std::vector<Service>> services;
  Known<validation::Validation> validation;
  Known<Healing> healing;
  Known<Alerts> alerts;
  Logs logs;
  Capacity capacity;
  Regressions regressions;
  std::vector<Past> past;  // oldest first, this one not among them; at most 7
  Appendix appendix;
};

}  // namespace healer::reports
