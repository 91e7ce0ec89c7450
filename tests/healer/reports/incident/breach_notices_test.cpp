#include "healer/reports/incident/breach_notices.h"

#include "healer/journal/sqlite_journal.h"
#include "healer/reports/data/files.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using tests::kBegan;
using tests::KnownSamples;
using namespace std::chrono_literals;

namespace {

// An incident of a breach, a minute old, in a journal and in the decider's snapshot.
struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;
  KnownSamples prometheus;
  Config config;
  View view;
  std::vector<Notice> sent;
  BreachNotices notices{clock, [this](Notice notice) { sent.push_back(std::move(notice)); }};

  Fixture() {
    config.data_dir = folder.path();
    config.prometheus_url = prometheus.url();
    config.reports.folder = folder.file("reports");
    tests::Records records;
    records.open(tests::breach_alert());
    auto journal = journal::SqliteJournal::open(folder.file("journal.db"), clock);
    REQUIRE(journal);
    std::vector<Record> all;
    for (const Entry& each : records.entries) all.push_back(each.record);
    REQUIRE((*journal)->append(all));
    IncidentView incident;
    incident.id = "INC-2";
    incident.state = State::kGated;
    incident.target = {"container", "bot"};
    incident.opened_at = kBegan + 5s;
    incident.alert_names = {"LogErrors"};
    view.incidents = {incident};
    clock.advance(65s);
  }
  Alert alert() const {
    Alert alert = tests::breach_alert();
    alert.labels = {{"alertname", "LogCriticalEvents"}, {"source", "db"}, {"severity", "critical"}};
    return alert;
  }
};

}  // namespace

TEST_CASE("a breach that nothing heals is announced once, also where no report can be written") {
  Fixture with;
  with.folder.write("reports", "in the way");
  CHECK_FALSE(with.notices.announce_due(with.view, with.config));
  with.notices.announce_due(with.view, with.config);
  REQUIRE(with.sent.size() == 1);
  CHECK(with.sent[0].kind == Notice::Kind::kIncidentReport);
  CHECK(with.sent[0].title == "INC-2: 490 errors (threshold: 50)");
  CHECK(with.sent[0].key == "incident_report INC-2 2025-12-17T04:00:05.000Z");
  CHECK(with.notices.sent("INC-2"));
}

TEST_CASE("a breach with a section was announced") {
  Fixture with;
  REQUIRE(reports::append_section(with.config.reports.folder, reports::week_end(kBegan),
                                  {"INC-2", kBegan + 5s}, "### x\n"));
  with.notices.announce_due(with.view, with.config);
  CHECK(with.sent.empty());
}

TEST_CASE(
    "a breach whose notice is being prepared is not announced, unless that takes too long to wait for") {
  Fixture with;
  with.notices.claim("INC-2");
  with.notices.announce_due(with.view, with.config);
  CHECK(with.sent.empty());
  CHECK_FALSE(with.notices.sent("INC-2"));
  with.clock.advance(61s);
  CHECK(with.notices.sent("INC-2"));
}

TEST_CASE("a breach of before is announced no more") {
  Fixture with;
  with.clock.advance(5min);
  with.notices.announce_due(with.view, with.config);
  CHECK(with.sent.empty());
}

TEST_CASE("a journal that cannot be read is tried again") {
  Fixture with;
  with.config.data_dir = with.folder.file("none");
  CHECK(with.notices.announce_due(with.view, with.config) == 5s);
  CHECK(with.sent.empty());
}

TEST_CASE("an alert without a playbook is announced when no incident is about the same hour") {
  Fixture with;
  with.view.firing = {with.alert()};
  with.notices.announce_due(with.view, with.config);
  REQUIRE(with.sent.size() == 1);
  CHECK(with.sent[0].incident == "INC-2");

  Fixture alone;
  alone.view.incidents.clear();
  alone.view.firing = {alone.alert()};
  alone.notices.announce_due(alone.view, alone.config);
  alone.notices.announce_due(alone.view, alone.config);
  REQUIRE(alone.sent.size() == 1);
  CHECK(alone.sent[0].key == "incident_report f 2025-12-17T04:00:00.000Z");
  CHECK(alone.notices.sent(subject_of(alone.alert())));
}

TEST_CASE("the counts of a subject stay the same") {
  Fixture with;
  const std::vector<Alert> alerts{tests::breach_alert()};
  const auto first = with.notices.count("INC-2", alerts, kBegan + 1min, with.config);
  with.prometheus.answers["salus_log_events_total{level"] =
      KnownSamples::series(R"("level":"error","source":"bot")", {{-100, "0"}, {0, "482"}});
  CHECK(with.notices.count("INC-2", alerts, kBegan + 1min, with.config) == first);
  CHECK(with.notices.count("INC-3", alerts, kBegan + 1min, with.config) != first);
}

TEST_CASE("a stop request ends it between two notices") {
  Fixture with;
  std::stop_source stopping;
  stopping.request_stop();
  CHECK(with.notices.announce_due(with.view, with.config, stopping.get_token()) == 0s);
  CHECK(with.sent.empty());
}
