// The lines that the logs held, as the exporter keeps them: the last 200 events of each level and source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/result.h"
#include "healer/reports/hypotheses.h"
#include "healer/reports/incident.h"
#include "healer/reports/intervals.h"
#include "healer/reports/known.h"

namespace healer::reports {

// The events of exactly that level within the window, newest first, from the JSON of GET /api/v1/log-events.
base::Result<std::vector<LogLine>> read_events(std::string_view json, std::string_view level, Window window);

// At most `most` of them: one of each pattern, the most frequent first, then the newest of the others. What
// repeats itself does not hide what came once.
std::vector<LogLine> pick(const std::vector<LogLine>& events, std::size_t most);

// Kinds of events that were seen for the first time within the window, the earliest first, from the JSON of
// GET /api/v1/log-patterns; none where it says nothing of the sort.
std::vector<Clues::Fresh> read_new_patterns(std::string_view json, Window window, std::size_t most);

// Of one source, or of all where it is empty. No value, with the reason, when the exporter cannot be asked.
// Blocks up to the deadline.
Known<Evidence> gather_evidence(const std::string& url, const base::http::ClientOptions& http,
                                const std::string& source, Window window, base::Deadline deadline);

}  // namespace healer::reports
