// The data of an incident report as plain values. Markdown and HTML are both written from it.
//
// Facts from the journal are certain. Data from Prometheus and the exporter are Known, which has the reason
// if they are missing. No cause is claimed: hypotheses have evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/notice.h"
#include "healer/reports/data/known.h"
#include "healer/reports/render/chart.h"
#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

// One entry of the timeline, with its source.
struct Event {
  base::WallTime at{};
  std::string what;
  std::string source;      // "journal record 17", "Prometheus"
  std::string query = {};  // the PromQL that returned it; may be empty
};

// An alert of the incident, as first received.
struct AlertFact {
  Alert alert;
  base::WallTime delivered_at{};
  bool pulled = false;  // from Alertmanager's list; it was not delivered before
};

struct ActFact {
  std::string id;           // INC-17/1
  std::string description;  // what was intended
  base::WallTime at{};
  std::optional<base::WallTime> ended_at;
  std::string outcome;  // success, failure, interrupted; empty: unknown
  std::string detail;
};

struct RefusalFact {
  std::string reason;
  std::string detail;  // of the last refusal
  int times = 0;
  base::WallTime last{};
};

// A time within the incident in which a policy was in force.
struct PolicyStand {
  Policy policy{};
  base::WallTime from{};
  base::WallTime to{};
  std::vector<std::string> causes;  // of the change to it; empty if it was in force before
};

// The facts of an incident, from the journal.
struct IncidentFacts {
  std::string id;  // INC-17
  State state = State::kAccepted;
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::string started_by;  // the operator who requested it; empty: opened by alerts
  std::string reason;      // given by the operator
  std::vector<AlertFact> alerts;
  base::WallTime began_at{};  // the earliest startsAt; if an operator requested it: opened_at
  base::WallTime opened_at{};
  std::optional<base::WallTime> delivered_at;  // the first of its alerts
  std::optional<base::WallTime> closed_at;
  std::optional<base::WallTime> healed_at;
  base::WallTime known_until{};  // time of the last record read; closed_at once closed
  std::vector<ActFact> acts;
  std::vector<RefusalFact> refusals;  // ordered by first occurrence
  std::vector<PolicyStand> policies;  // ascending, from opened_at to known_until; empty: unknown
  std::vector<Event> events;
  std::size_t events_left_out = 0;    // from the middle of a long timeline
  std::vector<std::string> before;    // incidents of the target in the day before, one sentence each
  std::uint64_t last_record = 0;      // about this incident
  std::optional<std::string> breach;  // threshold breach of the logs, as in the annotations

  base::WallTime end() const { return closed_at.value_or(known_until); }
};

// An affected subsystem, and how much trading depends on it.
struct Affected {
  std::string name;
  std::string trading;  // critical, partial, none
  std::string why;      // "runs in quantum_trading_bot", "depends on ai_model"
};

// A log line with masked secrets.
struct LogLine {
  base::WallTime at{};
  std::string source;
  std::string level;
  std::string pattern;  // its id; may be empty
  std::string text;     // the event's first line
  std::string str() const { return "[" + source + "] " + text; }
};
struct Evidence {
  std::vector<LogLine> critical;  // at most 5
  std::vector<LogLine> errors;    // at most 10
  std::vector<LogLine> last =
      {};  // the newest events of its container, of any level, oldest first; at most 5
};

struct Hypothesis {
  std::string what;                   // a sentence with "may"
  std::vector<std::string> evidence;  // at least one
};

struct IncidentReport {
  std::string stack;
  base::WallTime written_at{};
  IncidentFacts facts;
  Known<std::vector<Affected>> affected;
  Known<base::WallTime> first_bad;                    // time of the earliest bad fact
  std::string first_bad_is = "the first bad sample";  // what it is, for a table
  std::string first_bad_in;                           // the query that returned it
  Known<Evidence> evidence;
  std::vector<Hypothesis> hypotheses;
  std::string container;         // of the incident; empty: none
  std::optional<int> exit_code;  // of the run of the container that ended by itself; nullopt: not seen
  // The incident's containers and their dependencies, from shortly before the incident to its end. No rows:
  // there are no containers, or no samples.
  Timeline services;
  Notice::Pairs breach;              // from breach_fields(); empty if there was no threshold breach
  std::vector<std::string> missing;  // failed queries, one sentence each
  std::vector<Query> queries;
  std::string runbook_url;  // as in ReportsConfig
  std::string version;
};

}  // namespace healer::reports
