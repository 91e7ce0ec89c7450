// The folder of reports: WEEKLY_HEALTH_REPORT_<date>.md, the same as .html, a summary for later reports as
// .json, and what it contains as .state.json (report_state.h). The date is the end of the window. While a
// week is open, sections about its incidents are appended to its Markdown file; the weekly report keeps them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/reports/data/report_state.h"
#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

// The week that ended last Monday 04:00 UTC. All weeks begin and end at that time.
Window week_before(base::WallTime now);
// The week of a report that an operator requests: the 168 hours before `now`. On the day on which a week
// ended, that week, so that the request does not replace its report by a different one.
Window week_until(base::WallTime now);
// When the week of `now` ends.
base::WallTime week_end(base::WallTime now);

// WEEKLY_HEALTH_REPORT_2025-12-22, without extension.
std::string weekly_name(base::WallTime window_end);

// Whether a file of this name may be served: letters, digits, `_`, `-` and `.`, not beginning with `-` or
// `.`, with extension .md or .html.
bool is_report_name(std::string_view name);

// Creates the folder and its parents if missing, accessible to owner and group only.
base::Result<> make_folder(const std::string& folder);

// Writes all three files, mode 640, each atomically; creates the folder if missing. Keeps the sections that
// were appended to an existing Markdown file; the report of a window that ends within a week has those of
// that week so far. Returns the Markdown's path. Blocks.
base::Result<std::string> write_weekly(const std::string& folder, Weekly weekly);

// Appends a section (Markdown with its heading) to the report of the week that ends at `week_end`, and what
// it is about to the report's state; creates the report if missing. After a crash in between,
// written_sections() has the section exactly if the report has it. Thread-safe, also against other processes
// that append or write the report. Blocks.
base::Result<> append_section(const std::string& folder, base::WallTime week_end,
                              const WrittenSection& section, std::string_view markdown);

// The sections that were appended to that report; empty if it does not exist. An error: the report or its
// state cannot be read. Blocks.
base::Result<std::vector<WrittenSection>> written_sections(const std::string& folder,
                                                           base::WallTime week_end);

// The sections within a report's Markdown.
std::string_view sections_of(std::string_view markdown);

// The reports before a window, oldest first: at most kTrendReports - 1, none of which overlaps the next.
// Unreadable files are skipped.
std::vector<Past> past_reports(const std::string& folder, Window window);

struct ReportFile {
  std::string name;  // with extension
  base::WallTime written{};
  std::optional<Past> past;  // of a weekly report
};
// Newest name first. A report with both HTML and Markdown is listed once, as HTML. Empty if the folder does
// not exist.
base::Result<std::vector<ReportFile>> list_reports(const std::string& folder);

}  // namespace healer::reports
