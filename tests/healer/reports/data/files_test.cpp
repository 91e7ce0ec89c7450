#include "healer/reports/data/files.h"

#include <sys/stat.h>

#include <filesystem>

#include "healer/reports/data/trend.h"
#include "healer/reports/render/pages.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::reports;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

base::WallTime time(const char* text) { return *base::parse_rfc3339(text); }

Weekly weekly_until(const char* end) {
  Weekly weekly;
  weekly.stack = "Quantum Trader";
  weekly.window = {time(end) - 168h, time(end)};
  weekly.written_at = time(end);
  return weekly;
}

constexpr const char* kEnd = "2025-12-22T04:00:00Z";
constexpr const char* kName = "WEEKLY_HEALTH_REPORT_2025-12-22";

using Sections = std::vector<WrittenSection>;
const WrittenSection kOne{"INC-1", time("2025-12-17T17:06:14.759Z")};
const WrittenSection kTwo{"INC-2", time("2025-12-18T17:06:14.759Z")};
const WrittenSection kThree{"INC-3", time("2025-12-19T17:06:14.759Z")};

}  // namespace

TEST_CASE("weeks end on Mondays at 04:00 UTC") {
  const auto [now, end] = GENERATE(table<const char*, const char*>({
      {"2025-12-17T17:06:14Z", "2025-12-22T04:00:00Z"},
      {"2025-12-22T03:59:59Z", "2025-12-22T04:00:00Z"},
      {"2025-12-22T04:00:00Z", "2025-12-29T04:00:00Z"},
      {"1970-01-01T00:00:00Z", "1970-01-05T04:00:00Z"},
  }));
  CAPTURE(now);
  CHECK(week_end(time(now)) == time(end));
  CHECK(week_before(time(now)) == Window{time(end) - 336h, time(end) - 168h});
  CHECK(weekly_name(time(kEnd)) == kName);
}

TEST_CASE("a requested report is of the days before it, or of the week that ended on its day") {
  CHECK(week_until(time("2025-12-17T17:06:14.759Z")) ==
        Window{time("2025-12-10T17:06:14Z"), time("2025-12-17T17:06:14Z")});
  CHECK(week_until(time("2025-12-22T09:00:00Z")) == Window{time("2025-12-15T04:00:00Z"), time(kEnd)});
  CHECK(weekly_name(week_until(time("2025-12-22T03:00:00Z")).to) == kName);
}

TEST_CASE("a report within a week has the sections of that week so far") {
  const tests::TemporaryFolder folder;
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  REQUIRE(write_weekly(folder.path(), weekly_until("2025-12-18T09:00:00Z")));
  CHECK(sections_of(folder.read("WEEKLY_HEALTH_REPORT_2025-12-18.md")) == "### one\n\n");
  REQUIRE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
  REQUIRE(write_weekly(folder.path(), weekly_until("2025-12-18T10:00:00Z")));
  CHECK(sections_of(folder.read("WEEKLY_HEALTH_REPORT_2025-12-18.md")) == "### one\n\n### two\n\n");
}

TEST_CASE("only names of reports are shown") {
  CHECK(is_report_name("WEEKLY_HEALTH_REPORT_2025-12-22.md"));
  CHECK(is_report_name("health_check_2025-12-17T17-06-14.html"));
  const char* name = GENERATE("", ".md", "..", "../x.md", "a/b.md", "a\\b.md", "x.md\n", "-x.md",
                              ".hidden.md", "journal.db", "x.json", "x.md ", "é.md");
  CAPTURE(name);
  CHECK_FALSE(is_report_name(name));
}

TEST_CASE("a report is written three times over, for its group to read") {
  const tests::TemporaryFolder folder;
  const std::string out = folder.file("reports");
  const auto path = write_weekly(out, weekly_until(kEnd));
  REQUIRE(path);
  CHECK(*path == out + "/" + kName + ".md");
  for (const char* ending : {".md", ".html", ".json"}) {
    struct stat facts{};
    REQUIRE(::stat((out + "/" + kName + ending).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0640);
  }
  CHECK_THAT(folder.read(std::string("reports/") + kName + ".md"),
             Catch::StartsWith("# Quantum Trader: weekly health report\n"));
}

TEST_CASE("what was appended while the week was open is in its report, and can be appended to again") {
  const tests::TemporaryFolder folder;
  const std::string markdown = std::string(kName) + ".md";
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### ⚡ Real-Time Incident Report\n\none"));
  CHECK_THAT(folder.read(markdown), Contains("The week ending 2025-12-22 04:00 UTC is in progress"));
  REQUIRE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
  REQUIRE(write_weekly(folder.path(), weekly_until(kEnd)));
  REQUIRE(append_section(folder.path(), time(kEnd), kThree, "### three\n"));
  REQUIRE(write_weekly(folder.path(), weekly_until(kEnd)));
  const std::string text = folder.read(markdown);
  CHECK(sections_of(text) == "### ⚡ Real-Time Incident Report\n\none\n\n### two\n\n### three\n\n");
  CHECK_THAT(text, !Contains("is in progress") && Contains("## Availability"));
  CHECK_THAT(folder.read(std::string(kName) + ".html"), Contains("### three"));
}

TEST_CASE("the state of a report says which sections it has, also after the weekly report") {
  const tests::TemporaryFolder folder;
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{});
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  REQUIRE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kOne, kTwo});
  REQUIRE(write_weekly(folder.path(), weekly_until(kEnd)));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kOne, kTwo});
  CHECK(past_reports(folder.path(), weekly_until("2025-12-29T04:00:00Z").window).size() == 1);

  // Without its report, the state says nothing.
  std::filesystem::remove(folder.file(std::string(kName) + ".md"));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{});
  REQUIRE(append_section(folder.path(), time(kEnd), kThree, "### three\n"));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kThree});
}

TEST_CASE("a crash while a section is added leaves it in both files or in neither") {
  const tests::TemporaryFolder folder;
  const std::string report = folder.file(kName);
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  const auto before = std::filesystem::file_size(report + ".md");
  // Before the report was replaced.
  REQUIRE(write_state(report, WeekState{.sections = {kOne, kTwo}, .adding_at = before}));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kOne});
  REQUIRE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kOne, kTwo});
  // After it was replaced.
  REQUIRE(write_state(report, WeekState{.sections = {kOne, kTwo}, .adding_at = before}));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{kOne, kTwo});
  CHECK(read_week_state(report) == WeekState{.sections = {kOne, kTwo}});
  // The very first section.
  std::filesystem::remove(report + ".md");
  REQUIRE(write_state(report, WeekState{.sections = {kOne}, .adding_at = 0}));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{});
}

TEST_CASE("the sections of an earlier version are recognised once by their text") {
  const tests::TemporaryFolder folder;
  folder.write(std::string(kName) + ".md",
               "# x\n\n<!-- salus: incident reports begin -->\n### ⚡ Real-Time Incident Report\n\n"
               "**Timestamp:** 2025-12-17T17:06:14.759238\n\n<!-- salus: incident reports end -->\n");
  const WrittenSection old{"", time("2025-12-17T17:06:14.759238Z")};
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{old});
  CHECK(read_week_state(folder.file(kName)) == WeekState{.sections = {old}});
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  CHECK(written_sections(folder.path(), time(kEnd)) == Sections{old, kOne});
}

TEST_CASE("a state that cannot be read is an error, not a report without sections") {
  const tests::TemporaryFolder folder;
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  folder.write(std::string(kName) + ".state.json", "{");
  const auto written = written_sections(folder.path(), time(kEnd));
  REQUIRE_FALSE(written);
  CHECK_THAT(written.error().message, Contains(std::string(kName) + ".state.json"));
  CHECK_FALSE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
}

TEST_CASE("a section that quotes the mark of the end does not end the sections") {
  const tests::TemporaryFolder folder;
  const std::string section = "### one\n<!-- salus: incident reports end -->\nmore\n";
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, section));
  REQUIRE(append_section(folder.path(), time(kEnd), kTwo, "### two\n"));
  CHECK(sections_of(folder.read(std::string(kName) + ".md")) == section + "\n### two\n\n");
}

TEST_CASE("a report that was written by hand keeps what it says when a section is appended") {
  const tests::TemporaryFolder folder;
  folder.write(std::string(kName) + ".md", "# By hand\n");
  REQUIRE(append_section(folder.path(), time(kEnd), kOne, "### one\n"));
  CHECK_THAT(folder.read(std::string(kName) + ".md"),
             Catch::StartsWith("# By hand\n") && Contains("### one"));
}

TEST_CASE("a folder that cannot be written is an error that names it") {
  const tests::TemporaryFolder folder;
  folder.write("file", "");
  const auto written = write_weekly(folder.file("file"), weekly_until(kEnd));
  REQUIRE_FALSE(written);
  CHECK_THAT(written.error().message, Contains(folder.file("file")));
  CHECK_FALSE(append_section(folder.file("file"), time(kEnd), kOne, "x"));
}

TEST_CASE("earlier reports are remembered, each day once, and odd files passed over") {
  const tests::TemporaryFolder folder;
  for (const char* end : {"2025-12-01T04:00:00Z", "2025-12-08T04:00:00Z", "2025-12-10T04:00:00Z",
                          "2025-12-15T04:00:00Z", kEnd}) {
    REQUIRE(write_weekly(folder.path(), weekly_until(end)));
  }
  folder.write("WEEKLY_HEALTH_REPORT_2025-11-24.json", "{");
  const auto past = past_reports(folder.path(), weekly_until(kEnd).window);
  REQUIRE(past.size() == 3);
  CHECK(past.front().window.to == time("2025-12-01T04:00:00Z"));
  CHECK(past.back().window.to == time("2025-12-15T04:00:00Z"));
  CHECK(past_reports(folder.file("none"), weekly_until(kEnd).window).empty());
}

TEST_CASE("the list of reports has each once, newest first, and links") {
  const tests::TemporaryFolder folder;
  REQUIRE(write_weekly(folder.path(), weekly_until("2025-12-15T04:00:00Z")));
  REQUIRE(write_weekly(folder.path(), weekly_until(kEnd)));
  folder.write("health_check_1.md", "x");
  folder.write("secret.txt", "x");
  const auto page = reports_page(folder.path());
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.headers.find("Content-Security-Policy") != page.headers.end());
  CHECK_THAT(page.body, Contains("href=\"/reports/WEEKLY_HEALTH_REPORT_2025-12-22.html\"") &&
                            Contains("health_check_1.md") && !Contains("secret") &&
                            !Contains("2025-12-22.md"));
  CHECK_THAT(reports_page("").body, Contains("No report folder is configured"));
  CHECK_THAT(reports_page(folder.file("none")).body, Contains("There are no reports yet."));
}

TEST_CASE("a large report is streamed, not held") {
  const tests::TemporaryFolder folder;
  folder.write("large.md", std::string(5 << 20, 'x'));
  const auto large = report_page(folder.path(), "large.md");
  CHECK(large.status == 200);
  CHECK(large.body.empty());
  REQUIRE(large.stream);
  CHECK(large.stream->size() == 5 << 20);
  folder.write("empty.md", "");
  CHECK_FALSE(report_page(folder.path(), "empty.md").stream);
}

TEST_CASE("a report is served as what it is, and nothing else is served") {
  const tests::TemporaryFolder folder;
  REQUIRE(write_weekly(folder.path(), weekly_until(kEnd)));
  const auto page = report_page(folder.path(), std::string(kName) + ".html");
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK_THAT(page.headers.find("Content-Security-Policy")->second,
             Contains("default-src 'none'") && Contains("sandbox") && !Contains("script"));
  CHECK(report_page(folder.path(), std::string(kName) + ".md").content_type ==
        "text/markdown; charset=utf-8");
  std::filesystem::create_symlink("/etc/passwd", folder.file("link.md"));
  for (const char* name :
       {"../x.md", "none.md", "link.md", ".lock", "WEEKLY_HEALTH_REPORT_2025-12-22.json"}) {
    CAPTURE(name);
    CHECK(report_page(folder.path(), name).status == 404);
  }
  CHECK(report_page("", "x.md").status == 404);
}
