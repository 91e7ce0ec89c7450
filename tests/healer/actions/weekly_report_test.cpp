#include "healer/actions/weekly_report.h"

#include <catch2/catch.hpp>

#include "healer/config.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using Catch::Contains;

TEST_CASE("the weekly report is written from what can be asked, by the task alone") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  healer::Config config;
  config.data_dir = folder.path();
  const auto made =
      tests::compile("weekly_report", "{}", {.docker = docker, .clock = clock, .trading = nullptr, .config = &config});
  REQUIRE(made.problems.empty());
  const healer::Target task{"task", "weekly_report"};
  CHECK(made.action->acts_on("task"));
  CHECK_FALSE(made.action->acts_on("container"));
  const auto deadline = base::Deadline::after(clock, std::chrono::minutes(5));
  CHECK_FALSE(made.action->run(task, deadline));  // there is no folder
  config.reports.folder = folder.file("reports");
  CHECK(made.action->describe(task) == "write the weekly report into " + config.reports.folder);
  const auto done = made.action->run(task, deadline);
  REQUIRE(done);
  CHECK_THAT(done->detail, Contains("Weekly Health Check: ❔ Validation is unknown") &&
                               Contains("WEEKLY_HEALTH_REPORT_2025-12-15.md"));
  CHECK_THAT(folder.read("reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"),
             Contains("the journal could not be read"));
}

TEST_CASE("the weekly report has no parameters") {
  const tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  CHECK_THAT(
      tests::compile("weekly_report", "{folder: /x}", {.docker = docker, .clock = clock, .trading = nullptr, .config = nullptr})
          .problems,
      Contains("folder"));
}
