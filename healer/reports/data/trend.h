// Summaries of reports, for trends: a small JSON file for each report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

inline constexpr std::size_t kTrendReports = 8;

Past past_of(const Weekly& weekly);

// {"version":1,"from":"…","to":"…","score":83,…}; unknown values are null.
std::string encode(const Past& past);
base::Result<Past> decode_past(std::string_view text);

}  // namespace healer::reports
