// Everything an incident's report says, as plain values, before any of it is a sentence: both the Markdown
// and the HTML are written from this.
//
// What the journal tells is certain; what Prometheus and the exporter tell is a Known, which says why where
// it is not known. Nothing here claims a cause: hypotheses come with what speaks for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/notice.h"
#include "healer/reports/chart.h"
#include "healer/reports/known.h"
#include "healer/reports/weekly.h"

namespace healer::reports {

// One line of what happened, and who says so.
struct Event {
  base::WallTime at{};
  std::string what;
  std::string source;      // "journal record 17", "Prometheus"
  std::string query = {};  // that it was asked; may be empty
};

// An alert of the incident, as it came first.
struct AlertFact {
  Alert alert;
  base::WallTime delivered_at{};
  bool pulled = false;  // from Alertmanager's list: no delivery told of it before
};

struct ActFact {
  std::string id;           // INC-17/1
  std::string description;  // what was intended
  base::WallTime at{};
  std::optional<base::WallTime> ended_at;
  std::string outcome;  // success, failure, interrupted; empty: not known
  std::string detail;
};

struct RefusalFact {
  std::string reason;
  std::string detail;  // as it was said last
  int times = 0;
  base::WallTime last{};
};

// How long a safety policy stood within the incident.
struct PolicyStand {
  Policy policy{};
  base::WallTime from{};
  base::WallTime to{};
  std::vector<std::string> causes;  // of moving to it; empty for what stood before
};

// What the journal holds of an incident.
struct IncidentFacts {
  std::string id;  // INC-17
  State state = State::kAccepted;
  std::string playbook;
  std::string subsystem;
  std::string severity;
  Target target;
  std::string asked_by;  // who had it run by hand; empty: alerts opened it
  std::string reason;    // their words
  std::vector<AlertFact> alerts;
  base::WallTime began_at{};  // the earliest startsAt; when it was opened, for one by hand
  base::WallTime opened_at{};
  std::optional<base::WallTime> delivered_at;  // the first of its alerts
  std::optional<base::WallTime> closed_at;
  std::optional<base::WallTime> healed_at;
  base::WallTime known_until{};  // of the last record that was read; of its closing, once it is closed
  std::vector<ActFact> acts;
  std::vector<RefusalFact> refusals;  // in the order of their first time
  std::vector<PolicyStand> policies;  // in order, from opened_at to known_until; empty: not known
  std::vector<Event> events;
  std::size_t events_left_out = 0;    // from the middle of a long story
  std::vector<std::string> before;    // other incidents of the target in the day before, a sentence each
  std::uint64_t last_record = 0;      // that tells of it
  std::optional<std::string> breach;  // of the logs' limits, in the alerts' words

  base::WallTime end() const { return closed_at.value_or(known_until); }
};

// How much trading depends on something that was hit.
struct Affected {
  std::string name;
  std::string trading;  // critical, partial, none
  std::string why;      // "runs in quantum_trading_bot", "depends on ai_model"
};

// Lines of the logs, secrets masked, newest first but for the first of each kind.
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
  Known<base::WallTime> first_bad;  // the earliest sample that shows it
  std::string first_bad_in;         // in which query
  Known<Evidence> evidence;
  std::vector<Hypothesis> hypotheses;
  // The containers that it was about, and that it depends on, from a little before it to its end. Without
  // rows: there is none, or no sample of any.
  Timeline services;
  Notice::Pairs breach;              // of the logs' limits: breach_fields(); empty when there was none
  std::vector<std::string> missing;  // what could not be asked, a sentence each
  std::vector<Query> queries;
  std::string runbook_url;  // as in ReportsConfig
  std::string version;
};

}  // namespace healer::reports
