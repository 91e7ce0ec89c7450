// Queries every source for a window. A missing source affects only its part of the report, which states the
// reason.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "healer/config/reports_config.h"
#include "healer/journal/records/record.h"
#include "healer/reports/data/samples.h"
#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

// Calls `each` for the journal's records in order. An error: not all records could be read.
using ReadJournal = std::function<base::Result<>(const std::function<void(const Entry&)>& each)>;

struct Sources {
  std::string prometheus_url;  // empty: not queried
  base::http::ClientOptions prometheus_http;
  std::string exporter_url;  // empty: not queried
  base::http::ClientOptions exporter_http;
  ReadJournal journal;     // empty: not read
  std::vector<Past> past;  // summaries of earlier reports, oldest first
};

// Blocks up to the deadline. The caller fills `stack`, `written_at` and `validation`, then calls rate().
Weekly gather(const Sources& sources, const ReportsConfig& config, Window window, base::Deadline deadline);
// Computes the score from the rest of `weekly`. Call it again after a change.
void rate(Weekly& weekly);

// ---- the parts, each with its own file ---------------------------------------------------------

Known<std::vector<Service>> gather_services(Samples& samples, const ReportsConfig& config, Window window,
                                            Coverage& coverage, std::vector<Query>& queries);
// Restarts and OOM kills of the containers that still exist at the window's end.
Known<std::vector<RestartLine>> gather_restarts(Samples& samples, Window window, std::vector<Query>& queries);
Known<Alerts> gather_alerts(Samples& samples, Window window, std::vector<Query>& queries);
void gather_log_counts(Samples& samples, Window window, Logs& logs, std::vector<Query>& queries);
// Parses the exporter's response to GET /api/v1/log-patterns.
base::Result<> read_patterns(std::string_view json, Window window, Logs& logs);
Capacity gather_capacity(Samples& samples, Window window, std::vector<Query>& queries);
Regressions gather_regressions(Samples& samples, Window window, std::vector<Query>& queries);
Known<Healing> gather_healing(const ReadJournal& journal, Window window);

// The outages behind the incidents: incidents of one container, or of one other target, that overlap or
// follow each other within ten minutes are one. In order of time; each has at least one incident. `services`:
// in which container a subsystem runs.
std::vector<std::vector<const IncidentLine*>> outages_of(const std::vector<IncidentLine>& incidents,
                                                         const Known<std::vector<Service>>& services);
// Whether an operator was required: healing was exhausted.
bool required_operator(const std::vector<const IncidentLine*>& outage);

// The growth of a counter over consecutive points. A decrease counts as a reset. Non-finite values are
// skipped.
std::uint64_t growth_of_counter(std::span<const Sample> points);

}  // namespace healer::reports
