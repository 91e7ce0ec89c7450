// The folder of reports: WEEKLY_HEALTH_REPORT_<date>.md, the same as .html, and as .json what later reports
// remember of it. The date is that of the window's end. While a week is open, sections about its incidents
// are appended to the Markdown that the week's report will have; when it is written they are taken over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/reports/weekly.h"

namespace healer::reports {

// The week that ended last Monday 04:00 UTC; Salus's weeks begin and end then.
Window week_before(base::WallTime now);
// When the week of `now` ends.
base::WallTime week_end(base::WallTime now);

// WEEKLY_HEALTH_REPORT_2025-12-22, without an ending.
std::string weekly_name(base::WallTime window_end);

// Whether a file of this name may be shown: letters, digits, `_`, `-` and `.`, none of them first, and .md or
// .html last.
bool is_report_name(std::string_view name);

// Where it is missing, with its parents, for its owner and group alone.
base::Result<> make_folder(const std::string& folder);

// Writes all three, mode 640, each atomically; the folder is created when it is missing. Takes over what was
// appended to the Markdown that is there. Returns the Markdown's path. Blocks.
base::Result<std::string> write_weekly(const std::string& folder, Weekly weekly);

// Appends a section (whole Markdown, with its heading) to the report of the week that ends at `week_end`,
// which begins to be with it. Thread-safe, and safe beside other processes that do so, or write the report.
// Blocks.
base::Result<> append_section(const std::string& folder, base::WallTime week_end, std::string_view section);

// The sections that were appended to that report; empty where it is not there. An error: it is, and cannot be
// read.
base::Result<std::string> read_sections(const std::string& folder, base::WallTime week_end);
// Whether a line stands in one of them.
base::Result<bool> has_line(const std::string& folder, base::WallTime week_end, std::string_view line);

// What was appended to a report's Markdown so far.
std::string_view sections_of(std::string_view markdown);

// The reports before a window, oldest first: at most kTrendReports - 1, none of which overlaps the next.
// Files that cannot be read are passed over.
std::vector<Past> past_reports(const std::string& folder, Window window);

struct ReportFile {
  std::string name;  // with its ending
  base::WallTime written{};
  std::optional<Past> past;  // of a weekly report
};
// Newest name first; a report that is there as HTML and Markdown comes once, as HTML. Empty when there is no
// folder.
base::Result<std::vector<ReportFile>> list_reports(const std::string& folder);

}  // namespace healer::reports
