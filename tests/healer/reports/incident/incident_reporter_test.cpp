#include "healer/reports/incident/incident_reporter.h"

#include <filesystem>

#include "healer/journal/sqlite_journal.h"
#include "healer/reports/data/files.h"
#include "healer/reports/weekly/breach_section.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using Catch::Contains;
using tests::kBegan;
using tests::KnownSamples;
using namespace std::chrono_literals;

namespace {

// A journal on disk, what the decider shows of it, and one life of a reporter after another.
struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;
  KnownSamples prometheus;
  tests::Records records;
  std::vector<Notice> told;
  Config config;
  View view;
  std::unique_ptr<BreachNotices> notices;
  std::unique_ptr<IncidentReporter> reporter;

  Fixture() {
    config.stack = "Quantum Trader";
    config.data_dir = folder.path();
    config.prometheus_url = prometheus.url();
    config.exporter_url = "http://127.0.0.1:1";
    config.reports.folder = folder.file("reports");
    prometheus.answers["salus_log_events_total{level"] =
        KnownSamples::series(R"("level":"critical","source":"db")", {{-100, "0"}, {0, "353"}}) + "," +
        KnownSamples::series(R"("level":"error","source":"bot")", {{-100, "0"}, {0, "482"}});
    prometheus.answers["salus:log_critical_events:limit"] = KnownSamples::series("", {{0, "5"}});
    clock.advance(30s);
    live();
  }
  void live() {
    notices =
        std::make_unique<BreachNotices>(clock, [this](Notice notice) { told.push_back(std::move(notice)); });
    reporter = std::make_unique<IncidentReporter>(clock, *notices);
  }
  void save() {
    auto journal = journal::SqliteJournal::open(folder.file("journal.db"), clock);
    REQUIRE(journal);
    std::vector<Record> all;
    for (std::size_t i = (*journal)->records(); i < records.entries.size(); ++i)
      all.push_back(records.entries[i].record);
    REQUIRE((*journal)->append(all));
  }
  void show(std::uint64_t number, State state, int actions, std::size_t alerts = 1) {
    IncidentView incident;
    incident.id = fmt::format("INC-{}", number);
    incident.state = state;
    incident.target = {"container", "bot"};
    incident.actions = actions;
    incident.opened_at = kBegan + 5s;
    incident.alert_names.resize(alerts);
    view.incidents = {incident};
    view.policy.policy = Policy::kAllowAll;
  }
  std::optional<base::Duration> write() { return reporter->write_due(view, config); }
  std::string weekly() const { return folder.read("reports/WEEKLY_HEALTH_REPORT_2025-12-22.md"); }
  bool has(const std::string& name) const { return std::filesystem::exists(folder.file("reports/" + name)); }
  std::size_t sections() const {
    const std::string text = weekly();
    std::size_t count = 0;
    for (auto at = text.find("### ⚡"); at != std::string::npos; at = text.find("### ⚡", at + 1)) ++count;
    return count;
  }
};

constexpr const char* kReport = "INCIDENT_REPORT_INC-2_2025-12-17.md";

}  // namespace

TEST_CASE("a breach is reported with exact counts, then is in the week's report once, over every restart") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kVerifying, 1);
  with.notices->trigger({.kind = Notice::Kind::kAutoHealTriggered,
                         .incident = "INC-2",
                         .fields = {{"reason", "490 errors (threshold: 50)"}, {"errors", "490"}}},
                        with.config, with.view);
  REQUIRE(with.told.size() == 1);
  CHECK(with.told[0].field("reason") == "353 critical events (threshold: 5); 482 errors (threshold: 50)");
  CHECK(with.told[0].field("errors") == "482");
  CHECK(with.told[0].field("critical_events") == "353");
  CHECK(with.told[0].key == "auto_heal_triggered INC-2 2025-12-17T04:00:05.000Z");

  with.write();
  CHECK(with.sections() == 1);
  CHECK_THAT(with.weekly(), Contains("**Auto-Heal Triggered:** ✅ Yes") && Contains("| Errors | 482 |") &&
                                Contains("Unknown: the exporter could not be queried"));
  CHECK_FALSE(with.has(kReport));  // it goes on
  with.write();
  with.live();
  with.write();
  CHECK(with.sections() == 1);
  CHECK(with.told.size() == 1);
  CHECK(with.reporter->written() == 0);
}

TEST_CASE("a breach that was not announced when the healer died is announced by the next one") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kVerifying, 1);
  with.write();
  REQUIRE(with.told.size() == 1);
  CHECK(with.told[0].kind == Notice::Kind::kAutoHealTriggered);
  CHECK(with.told[0].field("reason") == "353 critical events (threshold: 5); 482 errors (threshold: 50)");
  // The same key as the notice of before: whoever heard of it does not hear of it again.
  CHECK(with.told[0].key == "auto_heal_triggered INC-2 2025-12-17T04:00:05.000Z");
}

TEST_CASE("a section of an earlier version is not written again") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kVerifying, 1);
  with.folder.write("reports/WEEKLY_HEALTH_REPORT_2025-12-22.md",
                    "<!-- salus: incident reports begin -->\n### ⚡ Real-Time Incident Report\n\n"
                    "**Timestamp:** 2025-12-17T04:00:05.000002\n\n<!-- salus: incident reports end -->\n");
  with.write();
  with.live();
  with.write();
  CHECK(with.sections() == 1);
  CHECK(with.told.empty());
}

TEST_CASE("a section waits until the notice of its breach is sent") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kVerifying, 1);
  with.notices->claim("INC-2");
  CHECK(with.write() == 1s);
  CHECK_FALSE(with.has("WEEKLY_HEALTH_REPORT_2025-12-22.md"));
  with.notices->trigger({.kind = Notice::Kind::kAutoHealTriggered, .incident = "INC-2"}, with.config,
                        with.view);
  CHECK_FALSE(with.write());
  CHECK(with.sections() == 1);
  CHECK(with.told.size() == 1);
}

TEST_CASE("one that is long over is in its week, and is not announced any more") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.clock.advance(24h);
  with.show(number, State::kHealed, 1);
  with.write();
  CHECK(with.sections() == 1);
  CHECK(with.has(kReport));
  CHECK(with.told.empty());
}

TEST_CASE("a breach without an action says so after a minute, with its reason") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.move(6s, number, State::kAccepted, State::kGated, "until 04:30", Refusal::kCooldown);
  with.save();
  with.show(number, State::kGated, 0);
  CHECK(with.write() == 35s);
  CHECK_FALSE(with.has("WEEKLY_HEALTH_REPORT_2025-12-22.md"));
  with.clock.advance(35s);
  CHECK_FALSE(with.write());
  CHECK_THAT(with.weekly(), Contains("**Auto-Heal Triggered:** ❌ No (cooldown: until 04:30)"));
  REQUIRE(with.told.size() == 1);
  CHECK(with.told[0].kind == Notice::Kind::kIncidentReport);
  CHECK(with.told[0].detail == "Auto-heal was not triggered: cooldown: until 04:30.");
  CHECK(with.told[0].field("report") == with.folder.file("reports/WEEKLY_HEALTH_REPORT_2025-12-22.md"));
}

TEST_CASE("incident report written when it rests, and again when it goes on") {
  Fixture with;
  const auto number = with.records.open(tests::down_alert());
  with.records.move(6s, number, State::kAccepted, State::kExhausted, "nothing is left");
  with.save();
  with.show(number, State::kExhausted, 0);
  with.write();
  REQUIRE(with.has(kReport));
  CHECK(with.reporter->written() == 1);
  CHECK_THAT(with.folder.read(std::string("reports/") + kReport), Contains("operator action required"));
  CHECK_FALSE(with.has("WEEKLY_HEALTH_REPORT_2025-12-22.md"));  // no limit was breached
  with.live();
  with.write();
  CHECK(with.reporter->written() == 0);

  with.records.move(20s, number, State::kExhausted, State::kReleased, "by ada");
  with.save();
  with.show(number, State::kReleased, 0);
  with.live();
  with.write();
  CHECK(with.reporter->written() == 1);
  CHECK_THAT(with.folder.read(std::string("reports/") + kReport), Contains("released by an operator"));
}

TEST_CASE("an alert that joins later may report a breach") {
  Fixture with;
  const auto number = with.records.open(tests::down_alert());
  with.records.move(6s, number, State::kAccepted, State::kExhausted, "nothing is left");
  with.save();
  with.show(number, State::kExhausted, 0);
  with.write();
  Alert breach = tests::breach_alert();
  breach.fingerprint = "g";
  with.records.tell(7s, AlertSeen{breach});
  with.records.tell(7s, AlertJoined{number, "g", "LogErrors"});
  with.save();
  with.show(number, State::kExhausted, 0, 2);
  with.write();
  CHECK(with.sections() == 1);
}

TEST_CASE("tasks and what is long past have no report") {
  Fixture with;
  const auto number = with.records.open(tests::down_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kHealed, 1);
  with.view.incidents[0].target = {"task", "log_rotation"};
  CHECK_FALSE(with.write());
  with.show(number, State::kHealed, 1);
  with.clock.advance(73h);
  CHECK_FALSE(with.write());
  CHECK_FALSE(std::filesystem::exists(with.folder.file("reports")));
}

TEST_CASE("what cannot be written is tried again, less and less often, and written when it can") {
  Fixture with;
  const auto number = with.records.open(tests::breach_alert());
  with.records.heal(10s, number);
  with.save();
  with.show(number, State::kHealed, 1);
  with.folder.write("reports", "in the way");
  CHECK(with.write() == 5s);
  CHECK(with.write() == 10s);
  for (int i = 0; i < 20; ++i) with.write();
  CHECK(with.write() == 5min);
  CHECK(with.reporter->due() == 1);
  CHECK(with.reporter->errors() == 23);
  std::filesystem::remove(with.folder.file("reports"));
  CHECK_FALSE(with.write());
  CHECK(with.reporter->due() == 0);
  CHECK(with.reporter->written() == 2);
  CHECK(with.sections() == 1);
  CHECK(with.has(kReport));
  CHECK(with.told.size() == 1);
}

TEST_CASE("a journal that cannot be read is no reason to be silent") {
  Fixture with;
  with.show(2, State::kVerifying, 1);
  const Notice notice{.kind = Notice::Kind::kAutoHealTriggered,
                      .incident = "INC-2",
                      .fields = {{"reason", "490 errors (threshold: 50)"}}};
  with.notices->trigger(notice, with.config, with.view);
  CHECK(with.told == std::vector{notice});
  CHECK(with.write() == 5s);
  CHECK(with.reporter->errors() == 1);
}

TEST_CASE("without a folder nothing is written and nothing is due") {
  Fixture with;
  with.config.reports.folder = "";
  with.show(2, State::kHealed, 1);
  CHECK_FALSE(with.write());
  Notice notice{.kind = Notice::Kind::kHealed, .incident = "INC-2"};
  add_report(notice, kBegan, with.config);
  CHECK(notice.fields.empty());
}

TEST_CASE("one that is asked to stop does so between two incidents") {
  Fixture with;
  with.show(2, State::kHealed, 1);
  std::stop_source stopping;
  stopping.request_stop();
  CHECK(with.reporter->write_due(with.view, with.config, stopping.get_token()) == 0s);
  CHECK(with.reporter->errors() == 0);
}

TEST_CASE("a notice says where the report is") {
  Config config;
  config.reports.folder = "/var/lib/salus/reports";
  config.external_url = "https://salus.example.org";
  Notice notice{.kind = Notice::Kind::kAutoHealCompleted, .incident = "INC-17"};
  add_report(notice, kBegan, config);
  CHECK(notice.field("report") == "/var/lib/salus/reports/INCIDENT_REPORT_INC-17_2025-12-17.md");
  REQUIRE(notice.links.size() == 1);
  CHECK(notice.links[0].second == "https://salus.example.org/reports/INCIDENT_REPORT_INC-17_2025-12-17.html");
}

TEST_CASE("a breach that nothing is asked to heal says so in the week's report, once in its hour") {
  Fixture with;
  Alert alert = tests::breach_alert();
  alert.labels = {{"alertname", "LogCriticalEvents"}, {"source", "db"}, {"severity", "critical"}};
  alert.annotations = {{"breach", "360 critical events (threshold: 5)"}};
  with.view.firing = {alert};
  CHECK(with.write() == 30s);  // an incident may come of the same storm
  with.clock.advance(30s);
  CHECK_FALSE(with.write());
  CHECK(with.sections() == 1);
  CHECK_THAT(with.weekly(),
             Contains("❌ No (LogCriticalEvents of db names no playbook; operator action required)") &&
                 Contains("| Critical Events | 353 |"));
  REQUIRE(with.told.size() == 1);
  CHECK(with.told[0].kind == Notice::Kind::kIncidentReport);
  CHECK(with.told[0].title == "353 critical events (threshold: 5)");
  with.write();
  with.live();
  with.write();
  with.view.firing[0].starts_at += 10min;  // it ended, and fires anew
  with.clock.advance(20min);
  with.write();
  CHECK(with.sections() == 1);
  with.view.firing[0].starts_at += 1h;
  with.clock.advance(1h);
  with.write();
  CHECK(with.sections() == 2);
}
