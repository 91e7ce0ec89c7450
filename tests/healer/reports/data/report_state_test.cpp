#include "healer/reports/data/report_state.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::reports;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

base::WallTime time(const std::string& text) { return base::parse_rfc3339(text).value(); }

const auto kOpened = time("2025-12-17T17:06:14.759Z");

}  // namespace

TEST_CASE("a timestamp has the microseconds of the clock") {
  CHECK(timestamp_of(kOpened + 238us + 999ns) == "2025-12-17T17:06:14.759238");
  CHECK(timestamp_of(kOpened) == "2025-12-17T17:06:14.759000");
}

TEST_CASE("the state of a week is read as it was written") {
  const tests::TemporaryFolder folder;
  const std::string report = folder.file("WEEKLY");
  CHECK_FALSE(read_week_state(report).value());
  const WeekState state{.sections = {{"INC-2", kOpened}, {"", kOpened + 7us}}, .adding_at = 17};
  REQUIRE(write_state(report, state));
  CHECK(read_week_state(report) == state);
}

TEST_CASE("the state of an incident's report is read as it was written") {
  const tests::TemporaryFolder folder;
  const std::string report = folder.file("INCIDENT");
  CHECK_FALSE(read_incident_state(report).value());
  REQUIRE(write_state(report, IncidentReportState{17, kOpened}));
  CHECK(read_incident_state(report) == IncidentReportState{17, kOpened});
}

TEST_CASE("a malformed state is an error that names the file") {
  const tests::TemporaryFolder folder;
  const auto text = GENERATE(
      as<std::string>{}, "", "[]", "{}", R"({"version": 2, "sections": []})", R"({"version": 1})",
      R"({"version": 1, "sections": [1]})", R"({"version": 1, "sections": [{"subject": 1}]})",
      R"({"version": 1, "sections": [{"subject": "INC-2", "opened_at": "soon"}], "journal_record": -1})");
  CAPTURE(text);
  folder.write("REPORT.state.json", text);
  const auto week = read_week_state(folder.file("REPORT"));
  REQUIRE_FALSE(week);
  CHECK_THAT(week.error().message, Contains("REPORT.state.json"));
  CHECK_FALSE(read_incident_state(folder.file("REPORT")));
}

TEST_CASE("the sections of an earlier version are those with a timestamp") {
  const std::string text =
      "### ⚡ Real-Time Incident Report\n\n**Timestamp:** 2025-12-17T17:06:14.759238  \n"
      "**Timestamp:** soon\n> **Timestamp:** 2025-12-17T17:06:14.759239\n**Timestamp:** "
      "2025-12-18T00:00:00.000001";
  const auto sections = sections_in_text(text);
  CHECK(sections ==
        std::vector<WrittenSection>{{"", kOpened + 238us}, {"", time("2025-12-18T00:00:00.000001Z")}});
  CHECK(sections_in_text("").empty());
  // Their last three digits are those of the incident's number.
  CHECK(contains_section(sections, {"INC-4238", kOpened}, 4238));
  CHECK_FALSE(contains_section(sections, {"INC-4239", kOpened}, 4239));
}

TEST_CASE("a section is that of its incident and opening time") {
  const std::vector<WrittenSection> written{{"INC-2", kOpened}};
  CHECK(contains_section(written, {"INC-2", kOpened}, 2));
  CHECK_FALSE(contains_section(written, {"INC-3", kOpened}, 3));
  CHECK_FALSE(contains_section(written, {"INC-2", kOpened + 1h}, 2));  // after a lost journal
}
