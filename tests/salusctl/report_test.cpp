#include "salusctl/report.h"

#include "healer/journal/sqlite_journal.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Contains;
using healer::salusctl::report_incident;
using healer::salusctl::report_weekly;
using healer::salusctl::ReportIncident;
using healer::salusctl::ReportWeekly;

TEST_CASE("a report by hand covers the week until last Monday unless another end is given") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;  // Wednesday 2025-12-17
  ReportWeekly wanted;
  wanted.out = folder.path();
  wanted.prometheus = "";
  const auto output = report_weekly(wanted, clock);
  CHECK(output.code == 0);
  CHECK_THAT(output.out, Contains("WEEKLY_HEALTH_REPORT_2025-12-15.md\nweekly score: unknown\n"));
  wanted.to = "2025-12-17T00:00:00Z";
  wanted.from = "2025-12-16T00:00:00Z";
  CHECK_THAT(report_weekly(wanted, clock).out, Contains("WEEKLY_HEALTH_REPORT_2025-12-17.md"));
  CHECK_THAT(folder.read("WEEKLY_HEALTH_REPORT_2025-12-17.md"),
             Contains("2025-12-16 00:00 UTC to 2025-12-17 00:00 UTC"));
}

TEST_CASE("a report of an impossible window or from nowhere is wrong usage") {
  const tests::FakeClock clock;
  ReportWeekly wanted;
  wanted.prometheus = "";
  wanted.from = "yesterday";
  CHECK(report_weekly(wanted, clock).code == 2);
  wanted.from = "2025-12-17T00:00:00Z";
  wanted.to = "2025-12-16T00:00:00Z";
  CHECK_THAT(report_weekly(wanted, clock).err, Contains("between 1 hour and 31 days"));
  wanted.to = "2025-12-18T00:00:00Z";
  wanted.prometheus = "localhost";
  CHECK_THAT(report_weekly(wanted, clock).err, Contains("--prometheus"));
}

TEST_CASE("a report that cannot be written says where") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  ReportWeekly wanted;
  wanted.prometheus = "";
  wanted.out = folder.write("file", "");
  const auto output = report_weekly(wanted, clock);
  CHECK(output.code == 1);
  CHECK_THAT(output.err, Contains(wanted.out));
}

TEST_CASE("an incident's report by hand is made of the journal, whoever else can be asked") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  ReportIncident wanted;
  wanted.incident = "INC-1";
  wanted.out = folder.path();
  wanted.journal = folder.file("journal.db");
  wanted.prometheus = wanted.exporter = "";
  {
    auto journal = healer::journal::SqliteJournal::open(wanted.journal, clock);
    REQUIRE(journal);
    healer::IncidentOpened opened;
    opened.playbook = "restart";
    opened.target = {"container", "bot"};
    REQUIRE((*journal)->append(std::vector<healer::Record>{{clock.now().wall, opened}}));
  }
  const auto output = report_incident(wanted, clock);
  CHECK(output.err.empty());
  CHECK(output.out ==
        folder.file("INCIDENT_REPORT_INC-1_2025-12-17.md") + "\nINC-1: still open (accepted)\n");
  CHECK_THAT(folder.read("INCIDENT_REPORT_INC-1_2025-12-17.md"),
             Contains("The affected subsystems are unknown: no subsystems.yml is configured"));
  wanted.subsystems = folder.write("subsystems.yml",
                                   "subsystems: [{name: bot, purpose: x, trading: critical, "
                                   "cadence: normal, container: bot}]\n");
  CHECK(report_incident(wanted, clock).code == 0);
  CHECK_THAT(folder.read("INCIDENT_REPORT_INC-1_2025-12-17.md"),
             Contains("| bot | ❌ critically | runs in bot |"));
}

TEST_CASE("an unknown incident, or a name that is none, has no report") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  ReportIncident wanted;
  wanted.out = folder.path();
  wanted.incident = "17";
  CHECK_THAT(report_incident(wanted, clock).err,
             Contains("invalid incident \"17\": expected an id such as INC-17"));
  CHECK(report_incident(wanted, clock).code == 2);
  wanted.incident = "INC-17";
  wanted.journal = folder.file("none.db");
  CHECK(report_incident(wanted, clock).code == 1);
  wanted.subsystems = folder.write("subsystems.yml", "subsystems: 7\n");
  CHECK(report_incident(wanted, clock).code == 2);
  wanted.exporter = "localhost";
  CHECK_THAT(report_incident(wanted, clock).err, Contains("--exporter"));
}
