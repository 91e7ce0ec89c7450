// Asks every source what it knows of a window. A source that is missing costs its own part of the report and
// nothing else: what is not known says why.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "healer/record.h"
#include "healer/reports/config.h"
#include "healer/reports/samples.h"
#include "healer/reports/weekly.h"

namespace healer::reports {

// Hands over the journal's records in order; its error says why not all came.
using ReadJournal = std::function<base::Result<>(const std::function<void(const Entry&)>& each)>;

struct Sources {
  std::string prometheus_url;  // empty: not asked
  base::http::ClientOptions prometheus_http;
  std::string exporter_url;  // empty: not asked
  base::http::ClientOptions exporter_http;
  ReadJournal journal;     // none: not read
  std::vector<Past> past;  // of the reports before, oldest first
};

// Blocks up to the deadline. `stack`, `written_at` and `validation` are the caller's to fill in; then rate().
Weekly gather(const Sources& sources, const ReportsConfig& config, Window window, base::Deadline deadline);
// Counts the score from what `weekly` holds; again after something was added.
void rate(Weekly& weekly);

// ---- the parts, each with its own file ---------------------------------------------------------

Known<std::vector<Service>> gather_services(Samples& samples, const ReportsConfig& config, Window window,
                                            Coverage& coverage, std::vector<Query>& queries);
Known<Alerts> gather_alerts(Samples& samples, Window window, std::vector<Query>& queries);
void gather_log_counts(Samples& samples, const ReportsConfig& config, Window window, Logs& logs,
                       std::vector<Query>& queries);
// The patterns as the exporter answers GET /api/v1/log-patterns.
base::Result<> read_patterns(std::string_view json, Window window, Logs& logs);
Capacity gather_capacity(Samples& samples, Window window, std::vector<Query>& queries);
Regressions gather_regressions(Samples& samples, Window window, std::vector<Query>& queries);
Known<Healing> gather_healing(const ReadJournal& journal, Window window);

// What a counter grew by between points that follow each other, back to 0 included; its values may be missing
// in between.
std::uint64_t growth_of_counter(std::span<const Sample> points);

}  // namespace healer::reports
