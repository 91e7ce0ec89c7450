// The report as a whole, and the parts that are small: what is asked, what it comes to, what is said of it.
#include "base/http/server/server.h"
#include "healer/config/reports_config.h"
#include "healer/reports/data/gather.h"
#include "healer/reports/render/markdown.h"
#include "healer/reports/weekly/advice.h"
#include "healer/reports/weekly/weekly_document.h"
#include "healer/reports/weekly/weekly_run.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::reports;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

const base::WallTime kFrom(1765771200s);  // Monday 2025-12-15 04:00 UTC
const Window kWindow{kFrom, kFrom + 168h};

// A Prometheus that answers what a test says, by the beginning of the query.
class Answers {
 public:
  Answers() : server_({}, clock_) {
    for (const char* path : {"/api/v1/query", "/api/v1/query_range"}) {
      server_.handle("GET", path, [this](const base::http::Request& request) {
        const std::string query = request.parameter("query").value_or("");
        for (const auto& [beginning, answer] : answers) {
          if (query.starts_with(beginning))
            return base::http::json(
                200, R"({"status":"success","data":{"resultType":"matrix","result":[)" + answer + "]}}");
        }
        return base::http::json(200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})");
      });
    }
    server_.handle("GET", "/api/v1/rules", [](const auto&) {
      return base::http::json(
          200,
          R"({"status":"success","data":{"groups":[{"rules":[{"type":"alerting","name":"Quiet",
              "annotations":{"runbook_url":"https://wiki.example.org/quiet"}},{"type":"recording","name":"r"}]}]}})");
    });
    if (const auto listening = server_.listen("127.0.0.1:0"); !listening)
      throw std::runtime_error(listening.error().message);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::map<std::string, std::string> answers;

 private:
  base::SystemClock clock_;
  base::http::Server server_;
};

std::string series(const std::string& labels,
                   const std::vector<std::pair<base::Duration, std::string>>& values) {
  std::string text;
  for (const auto& [after, value] : values) {
    text +=
        fmt::format("{}[{:.3f},\"{}\"]", text.empty() ? "" : ",", base::unix_seconds(kFrom + after), value);
  }
  return "{\"metric\":{" + labels + "},\"values\":[" + text + "]}";
}

std::string read_all(std::string_view text) {
  std::string seen;
  const auto read = read_series(text, [&](const SeriesLabels& labels, std::span<const Sample> samples) {
    for (const auto& [name, value] : labels) seen += name + "=" + value + " ";
    for (const Sample& each : samples) seen += fmt::format("{}:{} ", base::unix_seconds(each.at), each.value);
  });
  return read ? seen : "error: " + read.error().message;
}

}  // namespace

TEST_CASE("series are read from Prometheus's JSON, one after the other") {
  CHECK(read_all(R"({"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"a":"1","values":"x"},"values":[[1,"0"],[2.5,"1e3"],[3,"NaN"]]},{"metric":{},"values":[[4,"+Inf"]]}]}})") ==
        "a=1 values=x 1:0 2.5:1000 3:nan 4:inf ");
  CHECK(
      read_all(
          R"({"data":{"result":[{"value":[7,"-2"],"metric":{"b":"2"}}],"resultType":"vector"},"status":"success"})") ==
      "b=2 7:-2 ");
  CHECK(read_all(R"({"status":"success","data":{"resultType":"matrix","result":[]}})").empty());
}

TEST_CASE("what is not a good answer is an error") {
  CHECK(read_all(R"({"status":"error","error":"too many samples"})") == "error: too many samples");
  const char* text =
      GENERATE("", "[]", "{", "<html>",
               R"({"status":"success","data":{"result":[{"metric":{},"values":[[1,"0"])", "\xff");
  CAPTURE(text);
  CHECK(read_all(text) == "error: the response is not Prometheus JSON");
  CHECK_THAT(read_all(std::string(100000, '[')), Catch::StartsWith("error"));
}

TEST_CASE("a counter grows over its resets") {
  const auto points = [](std::vector<double> values) {
    std::vector<Sample> all;
    for (const double value : values) all.push_back({kFrom + std::chrono::hours(all.size()), value});
    return all;
  };
  CHECK(growth_of_counter(points({})) == 0);
  CHECK(growth_of_counter(points({5})) == 0);
  CHECK(growth_of_counter(points({5, 7, 7, 12})) == 7);
  CHECK(growth_of_counter(points({5, 7, 2, 3})) == 5);
  CHECK(growth_of_counter(points({5, std::nan(""), 8})) == 0);
}

TEST_CASE("a Prometheus that knows hardly anything gives words, not figures") {
  Answers prometheus;
  const tests::FakeClock clock;
  Weekly weekly = gather({.prometheus_url = prometheus.url(),
                          .prometheus_http = {},
                          .exporter_url = "",
                          .exporter_http = {},
                          .journal = {},
                          .past = {}},
                         {}, kWindow, base::Deadline::after(clock, 1min));
  weekly.written_at = kWindow.to;
  CHECK_FALSE(weekly.services);
  CHECK(weekly.score.value == std::nullopt);
  CHECK_THAT(weekly.alerts.why, Contains("Prometheus has no samples of ALERTS within the window"));
  const std::string text = to_markdown(document_of(weekly));
  CHECK_THAT(
      text, Contains("Availability is unknown: Prometheus has no samples of any service within the window."));
  CHECK_THAT(text, Contains("Log events are unknown") && Contains("Disk space is unknown") &&
                       Contains("Alerts are unknown") && Contains("Restarts of containers are unknown") &&
                       Contains("Health score: unknown"));
  CHECK_THAT(text, !Contains("✅"));
  CHECK_THAT(text, !Contains(" nan") && !Contains("1970"));
}

TEST_CASE("alerts that fire again soon flap, and a task that is due is no alarm") {
  Answers prometheus;
  std::vector<std::pair<base::Duration, std::string>> always;
  for (int minute = 0; minute < 168 * 60; ++minute) always.emplace_back(std::chrono::minutes(minute), "1");
  prometheus.answers["ALERTS{alertname=\"Watchdog\""] = series(R"("alertname":"Watchdog")", always);
  prometheus.answers["ALERTS{alertstate"] =
      series(R"("alertname":"Watchdog")", always) + "," +
      series(R"("alertname":"ContainerDown","container":"a")",
             {{1h, "1"}, {61min, "1"}, {66min, "1"}, {5h, "1"}}) +
      "," + series(R"("alertname":"ContainerDown","container":"a","subsystem":"tenant")", {{61min, "1"}}) +
      "," + series(R"("alertname":"ContainerDown","container":"b","policy":"no_new_trades")", {{1h, "1"}}) +
      "," + series(R"("alertname":"Quiet","task":"log_rotation")", {{2h, "1"}});
  const tests::FakeClock clock;
  Samples samples(prometheus.url(), {}, base::Deadline::after(clock, 1min));
  std::vector<Query> queries;
  const auto alerts = gather_alerts(samples, kWindow, queries);
  REQUIRE(alerts);
  REQUIRE(alerts->fired.size() == 1);
  CHECK(alerts->fired[0].fired == 4);  // an alert for each subsystem of a container is one
  CHECK(alerts->fired[0].policy);
  CHECK(alerts->runbooks.at("Quiet") == "https://wiki.example.org/quiet");
  CHECK(alerts->fired[0].flaps == 1);
  CHECK(alerts->fired[0].firing == 4min);  // of a and b together
  CHECK_FALSE(alerts->fired[0].fires);
  CHECK(alerts->never_fired->empty());
}

TEST_CASE("hours of logs that were not looked at are unknown, and their events counted all the same") {
  Answers prometheus;
  prometheus.answers["salus_log_events_total"] =
      series(R"("source":"bot","level":"error")",
             {{5min, "0"}, {10min, "0"}, {15min, "60"}, {70min, "60"}, {2h, "61"}, {6h, "100"}, {7h, "100"}});
  const tests::FakeClock clock;
  Samples samples(prometheus.url(), {}, base::Deadline::after(clock, 1min));
  std::vector<Query> queries;
  Logs logs;
  gather_log_counts(samples, kWindow, logs, queries);
  REQUIRE(logs.sources);
  CHECK_THAT(logs.limits.why, Contains("no samples of salus:log_critical_events:limit within the window"));
  CHECK(logs.hours_over.empty());

  prometheus.answers["max(last_over_time(salus:log_critical_events:limit["] = series("", {{167h, "5"}});
  prometheus.answers["max(last_over_time(salus:log_errors:limit["] = series("", {{167h, "60"}});
  logs = {};
  gather_log_counts(samples, kWindow, logs, queries);
  CHECK(logs.limits->critical == 5);
  CHECK(logs.limits->errors == 60);
  CHECK(*logs.sources->front().errors == 100);
  CHECK(logs.sources->front().critical.why == "the exporter does not count this level");
  // 39 events are of one of the four hours from the third on; the last hour had none.
  CHECK(logs.hours_known == 3);
  REQUIRE(logs.hours_over.size() == 1);
  CHECK(logs.hours_over[0].hour == kFrom);
  CHECK(*logs.sources->front().days[0].errors == 100);
  CHECK_FALSE(logs.sources->front().days[0].critical);
  CHECK_FALSE(logs.sources->front().days[1].errors);
}

TEST_CASE("patterns are reported with their share and their days") {
  Logs logs;
  const auto read = read_patterns(R"({"status":"success","data":[
    {"source":"db","id":"a","level":"critical","words":"FATAL <*>","status":"surging","example":"FATAL x","first_seen":"2025-12-16T00:00:00Z","last_seen":"2025-12-17T00:00:00Z",
     "hours":[{"time":"2025-12-15T05:00:00Z","count":10},{"time":"2025-12-17T05:00:00Z","count":20},{"time":"2025-12-10T05:00:00Z","count":99}]},
    {"source":"bot","id":"b","level":"error","words":"x","status":"new","hours":[{"time":"2025-12-16T05:00:00Z","count":10}]},
    {"source":"bot","id":"c","level":"warning","words":"y","status":"new","hours":[{"time":"2025-12-16T05:00:00Z","count":1000}]}, 7]})",
                                  kWindow, logs);
  REQUIRE(read);
  REQUIRE(logs.top->size() == 2);
  CHECK(logs.top->front().count == 30);
  CHECK(logs.top->front().share == Approx(0.75));
  CHECK(logs.top->front().per_day == std::vector<double>{10, 0, 20, 0, 0, 0, 0});
  CHECK(logs.standings == std::map<std::string, std::uint64_t>{{"new", 1}, {"surging", 1}});
  CHECK_FALSE(read_patterns("[]", kWindow, logs));
  CHECK_FALSE(read_patterns("{", kWindow, logs));
}

TEST_CASE("what matters most comes first, and no more than three things") {
  Weekly weekly;
  weekly.window = kWindow;
  Service service{
      .name = "bot",
      .kind = "container",
      .trading = "critical",
      .intervals = {{kFrom, kFrom + 1h, Condition::kUp}, {kFrom + 1h, kFrom + 2h, Condition::kDown}},
      .availability = {},
      .budget = {}};
  service.availability = availability_of(service.intervals);
  service.budget = budget_of(service.availability, 168h, 0.999);
  Service subsystem = service;
  subsystem.name = "event_executor";
  weekly.services = std::vector{subsystem, service};
  weekly.healing = Healing{};
  weekly.healing->incidents.push_back({.id = "INC-7",
                                       .state = "exhausted",
                                       .playbook = "restart_container",
                                       .target = "bot",
                                       .subsystem = "",
                                       .severity = "",
                                       .alerts = {},
                                       .alert_starts_at = {},
                                       .opened_at = {},
                                       .closed_at = {},
                                       .acts = {},
                                       .refusals = {}});
  weekly.capacity.disks = std::vector<DiskLine>{{"/", 1, 2, 3.0}, {"/var", 1, 2, 20.0}};
  const auto advice = advise(weekly);
  REQUIRE(advice.size() == 3);
  CHECK_THAT(advice[0].what, Catch::StartsWith("INC-7 requires an operator"));
  CHECK(advice[0].runbook == "HealingExhausted");
  CHECK(advice[1].runbook == "DiskWillFill");
  CHECK_THAT(advice[2].what, Catch::StartsWith("event_executor was down for 1 h in 1 outage") &&
                                 Catch::EndsWith("Find its cause."));
  CHECK(advise(weekly, 10).size() == 4);  // the container went down with its subsystem: told once
}

TEST_CASE("the five phases are reported with each of their checks, and name the status") {
  Weekly weekly;
  CHECK(status_of(weekly) == "❔ Validation is unknown");
  healer::validation::Validation validation;
  weekly.validation = validation;
  CHECK(status_of(weekly) == "❔ Validation is not configured");
  validation.phases.push_back({.name = "modules",
                               .passed = true,
                               .detail = "5 of 5 passed",
                               .checks = {{"risk", healer::validation::Verdict::kPass, "", 2s}},
                               .took = 2s});
  weekly.validation = validation;
  CHECK(status_of(weekly) == "✅ All checks passed");
  validation.phases.push_back(
      {.name = "integrity",
       .passed = false,
       .detail = "1 of 2 passed",
       .checks = {{"xgb|model", healer::validation::Verdict::kFail, "is missing", {}}},
       .took = 1s});
  weekly.validation = validation;
  CHECK(status_of(weekly) == "❌ 1 phase failed");
  const std::string text = to_markdown(document_of(weekly));
  CHECK_THAT(text, Contains("| AI Agent Validation | ✅ PASSED | 1/1 modules operational |"));
  CHECK_THAT(text, Contains("| Phase | Status | Details |"));
  CHECK_THAT(text, Contains("**Overall Status:** ❌ 1 phase failed"));
  CHECK_THAT(text, Contains("| integrity | xgb\\|model | ❌ failed | is missing |"));
}

TEST_CASE("a score is reported with last week's and an arrow") {
  Weekly weekly;
  weekly.window = kWindow;
  weekly.score.value = 83;
  CHECK_THAT(to_markdown(document_of(weekly)),
             Contains("**83** of 100, weekly score; no score for the previous week"));
  Past before;
  before.window = {kFrom - 168h, kFrom};
  before.score = 91;
  weekly.past = {before};
  CHECK_THAT(to_markdown(document_of(weekly)),
             Contains("**83** of 100, weekly score; ▼ 8 since the previous week (91)"));
  weekly.score.at_most = true;
  CHECK_THAT(to_markdown(document_of(weekly)),
             Contains("weekly score, at most: some of the data is unknown; ▼ 8"));
}

TEST_CASE("what is not configured neither passed nor failed, and does not score") {
  Weekly weekly;
  weekly.window = kWindow;
  healer::validation::Validation validation;
  for (const char* name : {"modules", "integrity", "containers", "system", "smoke"})
    validation.phases.push_back({.name = name, .passed = true, .detail = "", .checks = {}, .took = {}});
  validation.phases[3].checks = {{"memory", healer::validation::Verdict::kPass, "12 %", {}}};
  weekly.validation = validation;
  CHECK(status_of(weekly) == "❔ Validation is not configured");
  rate(weekly);
  CHECK_THAT(to_markdown(document_of(weekly)),
             Contains("| Validation | ❔ unknown | 10 | nothing was checked: it is not configured |"));
  validation.phases[2].checks = {{"bot", healer::validation::Verdict::kPass, "", {}}};
  weekly.validation = validation;
  CHECK(status_of(weekly) == "✅ All configured checks passed; not configured: modules, integrity, smoke");
}

TEST_CASE("the score of a week before the previous one is no trend") {
  Weekly weekly;
  weekly.window = kWindow;
  weekly.score.value = 83;
  Past before;
  before.window = {kFrom - 3 * 168h, kFrom - 2 * 168h};
  before.score = 91;
  weekly.past = {before};
  CHECK_THAT(to_markdown(document_of(weekly)), Contains("; no score for the previous week"));
}

TEST_CASE("what waits for an operator and what fails is listed, lowers the score and is recommended first") {
  Weekly weekly;
  weekly.window = kWindow;
  weekly.healing = Healing{};
  weekly.healing->tasks = {{.name = "cache_pruning",
                            .runs = 168,
                            .failures = 0,
                            .failing = false,
                            .last_run = kFrom,
                            .detail = ""},
                           {.name = "log_rotation",
                            .runs = 7,
                            .failures = 3,
                            .failing = true,
                            .last_run = kFrom + 6h,
                            .detail = "no space left"}};
  weekly.healing->task_runs = 175;
  weekly.healing->approvals = {{"APR-9-1", "INC-9", "close all positions", kFrom + 5h}};
  rate(weekly);
  const std::string text = to_markdown(document_of(weekly));
  CHECK_THAT(text, Contains("0 incidents, in 0 outages. Tasks ran 175 times."));
  CHECK_THAT(text, Contains("| ⚠️ APR-9-1 | INC-9 | close all positions | 2025-12-15 09:00 UTC |"));
  CHECK_THAT(text, Contains("| log_rotation | 7 | 3 | 2025-12-15 10:00 UTC | ❌ failed: no space left |"));
  CHECK_THAT(text, Contains("| cache_pruning | 168 | 0 | 2025-12-15 04:00 UTC | ✅ succeeded |"));
  CHECK_THAT(text, Contains("| Tasks | ⚠️ −3 | 5 | failing tasks: 1 |"));
  CHECK_THAT(text, Contains("| Approvals | ⚠️ −2 | 5 | actions that wait for approval: 1 |"));
  const auto advice = advise(weekly);
  REQUIRE(advice.size() >= 2);
  CHECK(
      advice[0].what ==
      "APR-9-1 waits for an approval since 2025-12-15 09:00 UTC: close all positions. Approve or reject it.");
  CHECK_THAT(text, Contains("The last run of task log_rotation failed: no space left. Fix its cause."));
}

TEST_CASE("incidents of one outage of a container are one outage") {
  const auto incident = [](const char* id, const char* kind, const char* target, base::Duration from,
                           std::optional<base::Duration> to, const char* state) {
    IncidentLine line;
    line.id = id;
    line.kind = kind;
    line.target = target;
    line.playbook = "restart_container";
    line.state = state;
    line.alert_starts_at = kFrom + from;
    if (to) line.closed_at = kFrom + *to;
    return line;
  };
  Service executor;
  executor.name = "event_executor";
  executor.kind = "subsystem";
  executor.container = "bot";
  Weekly weekly;
  weekly.window = kWindow;
  weekly.services = std::vector{executor};
  weekly.healing = Healing{};
  weekly.healing->incidents = {
      incident("INC-1", "container", "bot", 1h, 2h, "healed"),
      incident("INC-2", "subsystem", "event_executor", 1h + 1min, 90min, "resolved"),
      incident("INC-3", "container", "bot", 2h + 5min, 3h, "released"),
      incident("INC-4", "container", "redis", 1h, 2h, "healed"),
      incident("INC-5", "container", "bot", 30h, std::nullopt, "exhausted"),
      incident("INC-6", "container", "bot", 60h, std::nullopt, "exhausted"),
  };
  const auto outages = outages_of(weekly.healing->incidents, weekly.services);
  REQUIRE(outages.size() == 3);
  CHECK(outages[0].size() == 3);
  CHECK(outages[1].size() == 1);
  CHECK(outages[2].size() == 2);
  rate(weekly);
  const std::string text = to_markdown(document_of(weekly));
  CHECK_THAT(text, Contains("6 incidents") && Contains("in 3 outages"));
  CHECK_THAT(text, Contains("outages that required an operator: 2"));
  CHECK_THAT(text,
             Contains("INC-5, INC-6 require an operator: playbook restart_container could not heal bot."));
}

TEST_CASE("no longer delay is suggested for an alert that tightens the policy") {
  Weekly weekly;
  weekly.window = kWindow;
  weekly.alerts = Alerts{};
  weekly.alerts->fired = {
      {.name = "PolicyDegraded", .fired = 9, .fires = false, .firing = 1h, .flaps = 4, .policy = true}};
  weekly.alerts->runbooks["PolicyDegraded"] = "https://wiki.example.org/degraded";
  const std::string text = to_markdown(document_of(weekly));
  CHECK_THAT(text, Contains("[Runbook](<https://wiki.example.org/degraded>)"));
  CHECK_THAT(advise(weekly)[1].what, Contains("Set `keep_firing_for`.") && !Contains("`for`"));
}

TEST_CASE("a run writes the report and says how it went, whoever could be asked") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  WeeklyOrder order{.stack = "Quantum Trader",
                    .config = {},
                    .sources = {},
                    .window = kWindow,
                    .validate = [](base::Deadline) { return healer::validation::Validation(); }};
  order.config.folder = folder.path();
  const auto done = run_weekly(order, clock, base::Deadline::after(clock, 5min));
  REQUIRE(done);
  CHECK(done->status == "❔ Validation is not configured");
  CHECK(done->path == folder.file("WEEKLY_HEALTH_REPORT_2025-12-22.md"));
  CHECK_THAT(folder.read("WEEKLY_HEALTH_REPORT_2025-12-22.md"), Contains("**unknown** weekly score"));
  order.config.folder = folder.write("file", "");
  CHECK_FALSE(run_weekly(order, clock, base::Deadline::after(clock, 5min)));
}

TEST_CASE("reports are configured with their objectives") {
  base::yaml::Problems problems;
  const auto config = read_reports(base::yaml::parse(
      "folder: /var/lib/salus/reports\nobjective: 99.5\nobjectives: {redis: 99}\nexternal_url: "
      "https://salus.example.org/\nrunbook_url: https://wiki.example.org/x\n",
      "healer.yml", problems));
  CHECK(problems.str().empty());
  CHECK(config.objective_of("bot") == Approx(0.995));
  CHECK(config.objective_of("redis") == Approx(0.99));
  CHECK(config.external_url == "https://salus.example.org");
  CHECK(config.runbook_url == "https://wiki.example.org/x/");
  read_reports(
      base::yaml::parse("objective: 100\nexternal_url: javascript:x\ncolour: red\n", "healer.yml", problems));
  CHECK(problems.list().size() == 4);  // the folder is missing, too
}

TEST_CASE("thresholds of an earlier version's configuration are ignored with a warning, and stop nothing") {
  base::yaml::Problems problems;
  const auto config = read_reports(base::yaml::parse(
      "folder: /var/lib/salus/reports\ncritical_per_hour: 9\nerrors_per_hour: 90\n", "healer.yml", problems));
  CHECK(problems.str().empty());
  CHECK(config.folder == "/var/lib/salus/reports");
}
