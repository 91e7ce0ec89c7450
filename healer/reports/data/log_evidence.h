// Log lines from the exporter, which keeps the last 200 events of each level and source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "healer/reports/data/intervals.h"
#include "healer/reports/data/known.h"
#include "healer/reports/incident/hypotheses.h"
#include "healer/reports/incident/incident.h"

namespace healer::reports {

// The events of exactly that level (empty: of any) within the window, newest first, from the JSON of GET
// /api/v1/log-events.
base::Result<std::vector<LogLine>> read_events(std::string_view json, std::string_view level, Window window);

// At most `most` events: one of each pattern, the most frequent first, then the newest of the others. So
// frequent events do not hide rare ones.
std::vector<LogLine> pick(const std::vector<LogLine>& events, std::size_t most);

// The patterns first seen within the window, the earliest first, from the JSON of GET /api/v1/log-patterns.
// Empty if the JSON is not as expected.
std::vector<Signals::Fresh> read_new_patterns(std::string_view json, Window window, std::size_t most);

// The newest events of the source, of any level, oldest first: at most five. Empty: there are none, or the
// exporter cannot be queried. Blocks up to the deadline.
std::vector<LogLine> last_lines(const std::string& url, const base::http::ClientOptions& http,
                                const std::string& source, Window window, base::Deadline deadline);

// `source`: one log source; empty: all. Unknown if the exporter cannot be queried. Blocks up to the deadline.
Known<Evidence> gather_evidence(const std::string& url, const base::http::ClientOptions& http,
                                const std::string& source, Window window, base::Deadline deadline);

}  // namespace healer::reports
