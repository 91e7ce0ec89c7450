#include "healer/app/report_worker.h"

#include <condition_variable>
#include <filesystem>

#include "healer/journal/sqlite_journal.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using tests::kBegan;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};

// A healer whose Prometheus answers when it is let go.
struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  tests::ScriptedServer prometheus{{kQuery}};
  Config config;
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<const View> view = std::make_shared<View>();
  std::vector<std::string> told;
  std::vector<Notice> notices;
  std::unique_ptr<ReportWorker> report_worker;

  Fixture() {
    config.data_dir = folder.path();
    config.prometheus_url = prometheus.url();
    config.exporter_url = "http://127.0.0.1:1";
    config.reports.folder = folder.file("reports");
    tests::Records records;
    const auto number = records.open(tests::breach_alert());
    records.heal(10s, number);
    auto journal = journal::SqliteJournal::open(folder.file("journal.db"), clock);
    REQUIRE(journal);
    std::vector<Record> all;
    for (const Entry& each : records.entries) all.push_back(each.record);
    REQUIRE((*journal)->append(all));
    report_worker = std::make_unique<ReportWorker>(
        config,
        [this] {
          std::lock_guard lock(mutex);
          return view;
        },
        [this](Notice notice) {
          {
            std::lock_guard lock(mutex);
            told.push_back(std::string(to_string(notice.kind)) + " " + notice.incident);
            notices.push_back(std::move(notice));
          }
          changed.notify_all();
        },
        clock);
  }
  void announce(Notice::Kind kind, const std::string& incident) {
    report_worker->announce({.kind = kind, .incident = incident});
  }
  std::vector<std::string> heard(std::size_t count) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 60s, [&] { return told.size() >= count; }));
    return told;
  }
};

}  // namespace

TEST_CASE("notices of an incident whose counts are awaited stay in order, and others pass by") {
  Fixture with;
  with.prometheus.hold();
  with.announce(Notice::Kind::kAutoHealTriggered, "INC-2");
  with.prometheus.wait_for_requests(1);
  with.announce(Notice::Kind::kAutoHealFailed, "INC-2");
  with.announce(Notice::Kind::kPolicyTightened, "");
  with.announce(Notice::Kind::kHealed, "INC-3");
  CHECK(with.heard(2) == std::vector<std::string>{"policy_tightened ", "healed INC-3"});
  with.prometheus.let_go();
  CHECK(with.heard(4) == std::vector<std::string>{"policy_tightened ", "healed INC-3",
                                                  "auto_heal_triggered INC-2", "auto_heal_failed INC-2"});
}

TEST_CASE("a stop reports what waits") {
  Fixture with;
  with.prometheus.hold();
  with.announce(Notice::Kind::kAutoHealTriggered, "INC-2");
  with.prometheus.wait_for_requests(1);
  with.announce(Notice::Kind::kAutoHealCompleted, "INC-2");
  std::jthread stopping([&] { with.report_worker->stop(); });
  with.prometheus.let_go();
  stopping.join();
  CHECK(with.heard(2) == std::vector<std::string>{"auto_heal_triggered INC-2", "auto_heal_completed INC-2"});
  with.announce(Notice::Kind::kAutoHealTriggered, "INC-9");  // at once
  CHECK(with.heard(3).back() == "auto_heal_triggered INC-9");
}

TEST_CASE("what ends an incident points to its report, which is written soon") {
  Fixture with;
  View view;
  IncidentView incident;
  incident.id = "INC-2";
  incident.state = State::kHealed;
  incident.target = {"container", "bot"};
  incident.opened_at = with.clock.now().wall;
  incident.alert_names = {"LogErrors"};
  view.incidents = {incident};
  {
    std::lock_guard lock(with.mutex);
    with.view = std::make_shared<View>(view);
  }
  with.announce(Notice::Kind::kHealed, "INC-2");
  CHECK_THAT(std::string(with.notices.at(0).field("report")), Catch::Contains("INCIDENT_REPORT_INC-2_"));
  with.report_worker->notice(view);
  // A section of its breach and its report.
  const auto limit = base::Deadline::after(with.clock, 60s);
  while (with.report_worker->readings().written < 2 && !limit.passed()) std::this_thread::yield();
  CHECK(with.report_worker->readings().written == 2);
  CHECK(with.report_worker->readings().due == 0);
  CHECK(std::filesystem::exists(with.folder.file("reports/INCIDENT_REPORT_INC-2_2025-12-17.md")));
  CHECK(std::filesystem::exists(with.folder.file("reports/WEEKLY_HEALTH_REPORT_2025-12-22.md")));
}

TEST_CASE("no notice waits while a report is written") {
  tests::ScriptedServer exporter{tests::kExporter};
  Fixture with;
  with.config.exporter_url = exporter.url();
  with.report_worker->reconfigure(with.config);
  View view;
  IncidentView incident;
  incident.id = "INC-2";
  incident.state = State::kHealed;
  incident.target = {"container", "bot"};
  incident.opened_at = with.clock.now().wall;
  incident.alert_names = {"LogErrors"};
  view.incidents = {incident};
  {
    std::lock_guard lock(with.mutex);
    with.view = std::make_shared<View>(view);
  }
  exporter.hold();
  with.report_worker->notice(view);
  exporter.wait_for_requests(1);  // the evidence of a report
  with.announce(Notice::Kind::kAutoHealTriggered, "INC-9");
  with.announce(Notice::Kind::kHealed, "INC-9");
  CHECK(with.heard(2) == std::vector<std::string>{"auto_heal_triggered INC-9", "healed INC-9"});
  CHECK(with.report_worker->readings().written == 0);
  exporter.let_go();
}

TEST_CASE("a changed configuration counts from then on") {
  Fixture with;
  with.config.reports.folder = with.folder.file("elsewhere");
  with.report_worker->reconfigure(with.config);
  View view;
  IncidentView incident;
  incident.id = "INC-2";
  incident.state = State::kHealed;
  incident.target = {"container", "bot"};
  incident.opened_at = with.clock.now().wall;
  view.incidents = {incident};
  {
    std::lock_guard lock(with.mutex);
    with.view = std::make_shared<View>(view);
  }
  with.announce(Notice::Kind::kReleased, "INC-2");
  CHECK_THAT(std::string(with.notices.at(0).field("report")), Catch::Contains("elsewhere"));
}
