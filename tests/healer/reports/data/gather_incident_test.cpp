#include "healer/reports/data/gather_incident.h"

#include "healer/reports/incident/incident_context.h"
#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using tests::KnownSamples;
using namespace std::chrono_literals;

namespace {

base::Inventory inventory() {
  base::Inventory all;
  all.subsystems = {{"executor", "", "critical", "critical", "bot", {"model"}},
                    {"model", "", "partial", "normal", "ai", {"feed"}},
                    {"feed", "", "none", "normal", "", {}},
                    {"watcher", "", "none", "normal", "", {"executor"}},
                    {"lonely", "", "none", "normal", "", {}}};
  return all;
}

IncidentReport report_of(const Alert& alert) {
  tests::Records records;
  const auto number = records.open(alert);
  records.heal(10s, number);
  IncidentReport report;
  report.written_at = kBegan + 1h;
  report.facts = records.facts(number);
  return report;
}

Sources sources(const std::string& prometheus, const std::string& exporter) {
  return {.prometheus_url = prometheus,
          .prometheus_http = {},
          .exporter_url = exporter,
          .exporter_http = {},
          .journal = {},
          .past = {}};
}

IncidentReport gathered(const std::string& prometheus, const std::string& exporter,
                        const Alert& alert = tests::down_alert()) {
  const tests::FakeClock clock;
  IncidentReport report = report_of(alert);
  gather_incident(sources(prometheus, exporter), inventory(), report, base::Deadline::after(clock, 1min));
  return report;
}

std::vector<std::string> told(const IncidentReport& report) {
  std::vector<std::string> all;
  for (const Event& each : report.facts.events) {
    if (each.source == "Prometheus") all.push_back(each.what);
  }
  return all;
}

bool speaks(const IncidentReport& report, const std::string& words) {
  for (const Hypothesis& each : report.hypotheses) {
    for (const std::string& line : each.evidence) {
      if (line.find(words) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("what was hit takes along what depends on it") {
  const auto all = affected_by(report_of(tests::down_alert()).facts, inventory());
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "executor");
  CHECK(all[0].trading == "critical");
  CHECK(all[0].why == "runs in bot");
  CHECK(all[1].why == "depends on executor");
  IncidentFacts subsystem;
  subsystem.target = {"subsystem", "feed"};
  CHECK(affected_by(subsystem, inventory()).size() == 4);
  IncidentFacts nothing;
  nothing.target = {"container", "unknown"};
  CHECK(affected_by(nothing, inventory()).empty());
}

TEST_CASE("the first bad sample is that of the outage which the alert is about") {
  KnownSamples prometheus;
  prometheus.answers["salus_container_running{container=\"bot\"}"] = KnownSamples::series(
      "",
      {{-2000, "1"}, {-1990, "0"}, {-1980, "1"}, {-20, "1"}, {-15, "0"}, {-10, "0"}, {5, "0"}, {10, "1"}});
  prometheus.answers["ALERTS{alertname=\"ContainerDown\""] =
      KnownSamples::series(R"("alertstate":"pending")", {{-1985, "1"}, {-9, "1"}, {-4, "1"}}) + "," +
      KnownSamples::series(R"("alertstate":"firing")", {{0, "1"}});
  const IncidentReport report = gathered(prometheus.url(), "");
  REQUIRE(report.first_bad);
  CHECK(*report.first_bad == kBegan - 15s);
  CHECK(report.first_bad_in == "salus_container_running{container=\"bot\"}");
  CHECK(told(report) == std::vector<std::string>{"bot was seen not running",
                                                 "the rule of ContainerDown matched for the first time"});
  CHECK(std::ranges::is_sorted(report.facts.events, {}, &Event::at));
  CHECK(report.missing.empty());
}

TEST_CASE("a stale state was bad since its last update, not since its rule's threshold") {
  KnownSamples prometheus;
  Alert stale = tests::down_alert();
  stale.labels["alertname"] = "SubsystemStale";
  stale.labels["subsystem"] = "executor";
  const auto updated = [](int after) {
    return fmt::format("{:.3f}", base::unix_seconds(kBegan + std::chrono::seconds(after)));
  };
  prometheus.answers["salus_subsystem_last_update_timestamp_seconds{subsystem=\"executor\"}"] =
      KnownSamples::series("", {{-720, updated(-725)},
                                {-660, updated(-665)},
                                {-600, updated(-605)},
                                {-300, updated(-605)},
                                {-10, updated(-605)},
                                {20, updated(19)}});
  const IncidentReport report = gathered(prometheus.url(), "", stale);
  REQUIRE(report.first_bad);
  CHECK(*report.first_bad == kBegan - 605s);
  CHECK(report.first_bad_is == "its last update");
  CHECK(told(report) == std::vector<std::string>{"executor last updated its state"});
  prometheus.answers["salus_subsystem_last_update_timestamp_seconds{subsystem=\"executor\"}"] =
      KnownSamples::series("", {{-720, updated(-725)},
                                {-660, updated(-665)},
                                {-600, updated(-605)},
                                {-540, updated(-545)},
                                {-480, updated(-485)},
                                {-10, updated(-70)}});
  CHECK_FALSE(gathered(prometheus.url(), "", stale).first_bad);  // it was updated as usual
}

TEST_CASE("the container's own exit code is distinguished from those of the healer's actions") {
  KnownSamples prometheus;
  prometheus.answers["salus_container_exit_code"] =
      KnownSamples::series("", {{-15, "3"}, {-10, "3"}, {11, "137"}, {60, "137"}});
  const IncidentReport report = gathered(prometheus.url(), "");
  CHECK(report.exit_code == 3);
  CHECK(report.container == "bot");
  REQUIRE_FALSE(report.hypotheses.empty());
  CHECK(report.hypotheses.front().what == "bot may have failed by itself.");
  CHECK(speaks(report, "an action of the healer ended it with exit code 137"));
}

TEST_CASE("an old outage is not taken for this one, and a rule's word is better than none") {
  KnownSamples prometheus;
  prometheus.answers["salus_container_running{container=\"bot\"}"] =
      KnownSamples::series("", {{-2000, "0"}, {-1980, "1"}, {0, "1"}});
  CHECK(gathered(prometheus.url(), "").first_bad.why == "Prometheus has no bad sample from before the alert");
  prometheus.answers["ALERTS{alertname"] = KnownSamples::series("", {{-9, "1"}, {0, "1"}});
  CHECK(*gathered(prometheus.url(), "").first_bad == kBegan - 9s);
}

TEST_CASE("the first event of a breach, and its exact counts") {
  KnownSamples prometheus;
  prometheus.answers["salus_log_events_total{source=\"bot\""] =
      KnownSamples::series(R"("level":"error")", {{-900, "3"}, {-100, "3"}, {-95, "60"}});
  prometheus.answers["salus_log_events_total{level"] =
      KnownSamples::series(R"("level":"error","source":"bot")", {{-900, "3"}, {-95, "60"}});
  const IncidentReport report = gathered(prometheus.url(), "", tests::breach_alert());
  CHECK(*report.first_bad == kBegan - 95s);
  REQUIRE_FALSE(report.breach.empty());
  CHECK(report.breach.front().second == "57 errors (threshold: 50)");
}

TEST_CASE("clues: memory, exit code, a deployment, what it depends on, other alerts, new kinds of events") {
  KnownSamples prometheus;
  auto& answers = prometheus.answers;
  answers["salus_container_running{container=\"bot\"}"] = KnownSamples::series("", {{-20, "1"}, {-15, "0"}});
  answers["salus_container_oom_kills_total"] = KnownSamples::series("", {{-100, "2"}, {-16, "3"}});
  answers["salus_container_exit_code"] = KnownSamples::series("", {{-15, "137"}});
  answers["salus_container_restarts_total"] = KnownSamples::series("", {{-20, "1"}, {12, "2"}});
  answers["salus_container_info"] =
      KnownSamples::series(R"("image":"bot:1","id":"a")", {{-5000, "1"}, {-700, "1"}}) + "," +
      KnownSamples::series(R"("image":"bot:2","id":"b")", {{-600, "1"}, {-15, "1"}});
  answers["salus_container_running{container=~\"ai\"}"] =
      KnownSamples::series(R"("container":"ai")", {{-60, "1"}, {-55, "0"}, {-10, "0"}});
  answers["subsystem:salus_available:bool{subsystem=~\"feed|model\"}"] =
      KnownSamples::series(R"("subsystem":"feed")", {{-60, "1"}, {-10, "1"}});
  answers["ALERTS{alertstate"] =
      KnownSamples::series(R"("alertname":"HostMemoryHigh")", {{-30, "1"}}) + "," +
      KnownSamples::series(R"("alertname":"Watchdog")", {{-30, "1"}}) + "," +
      KnownSamples::series(R"("alertname":"LogRotationDue","task":"log_rotation")", {{-30, "1"}}) + "," +
      KnownSamples::series(R"("alertname":"ContainerDown","container":"bot")", {{0, "1"}});
  tests::ScriptedServer exporter(tests::kExporter);
  exporter.answer(tests::kExporter[0], tests::as_data(tests::log_event(-16, "bot", "error", "p", "ERROR x")));
  exporter.answer(
      tests::kExporter[1],
      tests::as_data(R"({"source":"bot","id":"p","level":"error","words":"out of <*>","first_seen":")" +
                     base::rfc3339(kBegan - 55s) + "\"}"));
  const IncidentReport report = gathered(prometheus.url(), exporter.url());
  CHECK(speaks(report, "killed one of its processes: counted 2025-12-17 03:59:44 UTC, 1 s before the start"));
  CHECK(speaks(report, "exit code 137"));
  CHECK(speaks(report, "changed from bot:1 to bot:2"));
  CHECK(speaks(report, "ai was down at the time"));
  CHECK_FALSE(speaks(report, "feed was down"));
  CHECK(speaks(report, "HostMemoryHigh fired"));
  CHECK_FALSE(speaks(report, "Watchdog"));
  CHECK_FALSE(speaks(report, "LogRotationDue"));
  CHECK(speaks(report, "“out of <*>”, first seen 2025-12-17 03:59:05 UTC, 40 s before the start"));
  CHECK(told(report) == std::vector<std::string>{"bot was seen not running", "bot was restarted"});
  CHECK(report.evidence->errors.size() == 1);
  CHECK(report.missing.empty());
}

TEST_CASE("what was up and down around it is drawn from raw samples") {
  KnownSamples prometheus;
  std::vector<std::pair<int, std::string>> values;
  for (int at = -600; at <= 20; at += 5) values.emplace_back(at, at >= -15 && at < 10 ? "0" : "1");
  prometheus.answers["salus_container_running{container=\"bot\"}"] = KnownSamples::series("", values);
  prometheus.answers["salus_container_running{container=~\"ai|bot\"}"] =
      KnownSamples::series(R"("container":"bot")", values) + "," +
      KnownSamples::series(R"("container":"ai")", {{0, "1"}}) + "," +
      KnownSamples::series(R"("container":"stranger")", values);
  const IncidentReport report = gathered(prometheus.url(), "");
  CHECK(report.services.window == Window{kBegan - 615s, kBegan + 22s});
  REQUIRE(report.services.rows.size() == 1);  // one sample says nothing of a time
  CHECK(report.services.rows[0].name == "bot");
  CHECK(total(report.services.rows[0].intervals, Condition::kDown) == 25s);
  CHECK(total(report.services.rows[0].intervals, Condition::kUnknown) == 15s);
}

TEST_CASE("without Prometheus and the exporter everything says so, and nothing is made up") {
  const IncidentReport report = gathered("http://127.0.0.1:1", "http://127.0.0.1:1", tests::breach_alert());
  CHECK_THAT(report.first_bad.why, Contains("Prometheus could not be queried"));
  CHECK_THAT(report.evidence.why, Contains("the exporter could not be queried"));
  CHECK(report.hypotheses.empty());
  REQUIRE(report.missing.size() == 1);
  CHECK_THAT(report.missing[0], Contains("Some Prometheus queries failed"));
  CHECK(report.breach.front().second == "490 errors (threshold: 50)");  // as its alert has it
  CHECK(told(report).empty());
  CHECK_THAT(gathered("", "").missing.at(0), Contains("no URL is configured"));
}

TEST_CASE("what a label holds stays within its quotes") {
  CHECK(quoted("a\"} or vector(1) #\n\\") == "\"a\\\"} or vector(1) #\\n\\\\\"");
  CHECK(label({{"a", "1"}}, "a") == "1");
  CHECK(label({}, "a").empty());
}

TEST_CASE("a subsystem's container is looked at, too") {
  IncidentReport report;
  report.facts.target = {"subsystem", "model"};
  const base::Inventory all = inventory();
  IncidentContext context(nullptr, all, report);
  CHECK(context.container() == "ai");
  CHECK(context.subsystem() == "model");
  CHECK(context.raw("x", "up", {kBegan, kBegan + 1s}).empty());
  CHECK(context.trouble() == "no URL is configured");
}
