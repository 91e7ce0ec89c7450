#include "healer/salusctl/report.h"

#include <catch2/catch.hpp>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Contains;
using healer::salusctl::report_weekly;
using healer::salusctl::ReportWeekly;

TEST_CASE("a report by hand covers the week until last Monday unless told otherwise") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;  // Wednesday 2025-12-17
  ReportWeekly wanted;
  wanted.out = folder.path();
  wanted.prometheus = "";
  const auto output = report_weekly(wanted, clock);
  CHECK(output.code == 0);
  CHECK_THAT(output.out, Contains("WEEKLY_HEALTH_REPORT_2025-12-15.md\nhealth score: unknown\n"));
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
  CHECK_THAT(report_weekly(wanted, clock).err, Contains("an hour at least and 31 days at most"));
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
