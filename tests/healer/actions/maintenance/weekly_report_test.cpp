#include "healer/actions/maintenance/weekly_report.h"

#include "healer/actions/run_progress.h"
#include "healer/config/config.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/verify/prometheus.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using Catch::Contains;
using healer::actions::ReportsProgress;
using healer::actions::RunProgress;

TEST_CASE("the weekly report is written from what can be asked, by the task alone") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  healer::Config config;
  config.data_dir = folder.path();
  const auto made = tests::compile("weekly_report", "{}",
                                   {.docker = docker, .clock = clock, .trading = nullptr, .config = &config});
  REQUIRE(made.problems.empty());
  const healer::Target task{"task", "weekly_report"};
  CHECK(made.properties.acts_on("task"));
  CHECK_FALSE(made.properties.acts_on("container"));
  const auto deadline = base::Deadline::after(clock, std::chrono::minutes(5));
  CHECK_FALSE(made.action->run(task, deadline));  // there is no folder
  config.reports.folder = folder.file("reports");
  CHECK(made.action->describe(task) == "write the weekly report into " + config.reports.folder);
  const auto done = made.action->run(task, deadline);
  REQUIRE(done);
  CHECK_THAT(done->detail, Contains("Weekly Health Check: ❔ Validation is unknown") &&
                               Contains("WEEKLY_HEALTH_REPORT_2025-12-15.md"));
  REQUIRE(done->written);
  CHECK(done->written->what == healer::Written::What::kWeeklyReport);
  CHECK(done->written->date == "2025-12-15");
  CHECK(done->written->status == "❔ Validation is unknown");
  CHECK(done->written->path == folder.file("reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"));
  CHECK_THAT(folder.read("reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"),
             Contains("the journal could not be read"));
}

TEST_CASE("a report that an operator requests is that of its own day") {
  const tests::TemporaryFolder folder;
  tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  healer::Config config;
  config.data_dir = folder.path();
  config.reports.folder = folder.file("reports");
  std::uint64_t due = 0, requested = 0;
  {
    auto journal = healer::journal::SqliteJournal::open(folder.file("journal.db"), clock);
    REQUIRE(journal);
    healer::IncidentOpened opened;
    opened.playbook = "weekly_report";
    opened.target = {"task", "weekly_report"};
    healer::IncidentOpened by_hand = opened;
    by_hand.started_by = "ada";
    const std::vector<healer::Record> records{{clock.now().wall, opened}, {clock.now().wall, by_hand}};
    const auto numbers = (*journal)->append(records);
    REQUIRE(numbers);
    due = numbers->at(0);
    requested = numbers->at(1);
  }
  const auto made = tests::compile("weekly_report", "{}",
                                   {.docker = docker, .clock = clock, .trading = nullptr, .config = &config});
  const auto date_of = [&](std::uint64_t incident) {
    const healer::actions::RunId run{.id = fmt::format("INC-{}/1@x", incident), .since = clock.now().wall};
    const auto done = made.action->run_as(run, {"task", "weekly_report"},
                                          base::Deadline::after(clock, std::chrono::minutes(5)));
    REQUIRE(done);
    return done->written->date;
  };
  CHECK(date_of(due) == "2025-12-15");
  CHECK(date_of(requested) == "2025-12-17");
}

TEST_CASE("the validation is part of the weekly report, and what is not known has failed") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  const healer::checks::Prometheus nobody("http://127.0.0.1:1");
  healer::Config config;
  config.data_dir = folder.path();
  config.reports.folder = folder.file("reports");
  const auto made = tests::compile(
      "weekly_report", "{}",
      {.docker = docker, .clock = clock, .trading = nullptr, .config = &config, .prometheus = &nobody});
  RunProgress runs;
  auto* const reports = dynamic_cast<ReportsProgress*>(made.action.get());
  REQUIRE(reports != nullptr);
  const auto done = reports->run_reporting(*runs.begin("INC-1"), {}, {"task", "weekly_report"},
                                           base::Deadline::after(clock, std::chrono::minutes(5)));
  REQUIRE(done);
  CHECK_THAT(done->detail, Contains("Weekly Health Check: ❌"));
  const auto [lines, passed] = runs.of("INC-1");
  CHECK(lines ==
        std::vector<std::string>{
            "[1/5] Running AI Agent Validation...", "[2/5] Running Module Integrity Check...",
            "[3/5] Running Docker Health Check...", "[4/5] Collecting System Metrics...",
            "[5/5] Running Smoke Tests...",
            "✅ Weekly health report saved → " + folder.file("reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"),
            "Weekly Health Check: " + done->written->status});
  CHECK(passed == false);
  CHECK_THAT(folder.read("reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"),
             Contains("| Module Integrity Check | ❌ FAILED |") && Contains("Smoke Tests"));
}

TEST_CASE("the weekly report has no parameters") {
  const tests::FakeClock clock;
  const base::docker::Engine docker("unix:///nonexistent.sock");
  CHECK_THAT(tests::compile("weekly_report", "{folder: /x}",
                            {.docker = docker, .clock = clock, .trading = nullptr, .config = nullptr})
                 .problems,
             Contains("folder"));
}
