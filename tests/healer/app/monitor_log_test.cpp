#include "healer/app/monitor_log.h"

#include "tests/catch.h"
#include "tests/fakes/captured_log.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/scripted_server.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

checks::AlertRule due(const std::string& task, const std::string& limit) {
  checks::AlertRule rule;
  rule.name = task + "Due";
  rule.query =
      "time() - max by (task) (salus_task_last_success_timestamp_seconds{task=\"" + task + "\"}) " + limit;
  return rule;
}

Config configured() {
  Config config;
  for (const char* task : {"log_rotation", "cache_pruning", "health_audit", "shard_rotation"})
    config.playbooks.emplace_back().task = task;
  return config;
}

}  // namespace

TEST_CASE("the start names the schedules of the configured tasks, as the rules have them") {
  const std::vector rules{due("log_rotation", "> 86400"), due("cache_pruning", "> 3600"),
                          due("health_audit", ">21600"), due("shard_rotation", "> 43200"),
                          due("weekly_report", "< time() - (time() - 360000) % 604800")};
  const auto intervals = task_intervals(rules);
  CHECK(intervals.size() == 4);
  Config config = configured();
  CHECK(maintenance_line(intervals, config) ==
        "🧹 Auto-Maintenance: Enabled (log rotation 24h, cache pruning 1h, health checks 6h, shard rotation "
        "12h)");
  config.playbooks.resize(1);
  CHECK(maintenance_line(intervals, config) == "🧹 Auto-Maintenance: Enabled (log rotation 24h)");
  CHECK(maintenance_line({}, config) == "🧹 Auto-Maintenance: Enabled (log rotation unscheduled)");
  CHECK(maintenance_line(intervals, {}) == "🧹 Auto-Maintenance: Disabled");
}

TEST_CASE("the start names the thresholds of log monitoring") {
  Config config;
  CHECK(limits_line({.errors = 50, .critical = 5, .restarts = std::nullopt}, config) ==
        "Check Interval: continuous   Max Errors/Hour: 50   Max Critical/Hour: 5   Max Restarts/Hour: "
        "unknown   "
        "Webhook: not configured");
  config.notifiers.emplace_back();
  CHECK(limits_line({.errors = 50, .critical = 5, .restarts = 2}, config) ==
        "Check Interval: continuous   Max Errors/Hour: 50   Max Critical/Hour: 5   Max Restarts/Hour: 2   "
        "Webhook: configured");
}

TEST_CASE(
    "the lines of the start are written once, as soon as the rules can be read, and the counts once an "
    "hour") {
  const tests::ScriptedServer::Route query{"GET", "/api/v1/query"};
  const tests::ScriptedServer::Route rules{"GET", "/api/v1/rules"};
  tests::ScriptedServer server({query, rules});
  server.answer(rules, base::http::text(503, "starting"));
  server.answer(query, base::http::text(503, "starting"));
  tests::FakeClock clock;
  Config config = configured();
  config.prometheus_url = server.url();
  const checks::Prometheus prometheus(server.url());
  MonitorLog monitor;
  const tests::CapturedLog log;
  monitor.look(prometheus, config, clock);
  CHECK(log.text().find("Auto-Maintenance") == std::string::npos);

  server.answer(rules,
                base::http::json(200, R"({"status":"success","data":{"groups":[{"rules":[{"type":"alerting",
    "name":"LogRotationDue","query":"x{task=\"log_rotation\"}) > 86400","health":"ok",
    "lastEvaluation":"2025-12-17T04:00:00Z","alerts":[]}]}]}})"));
  server.answer(query, base::http::json(200, R"({"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"__name__":"salus:log_errors:limit"},"value":[1,"50"]}]}})"));
  for (int i = 0; i < 3; ++i) monitor.look(prometheus, config, clock);
  const auto count = [&](const std::string& words) {
    const std::string text = log.text();
    int found = 0;
    for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++found;
    return found;
  };
  CHECK(count("Auto-Maintenance: Enabled (log rotation 24h, cache pruning unscheduled") == 1);
  CHECK(count("Max Errors/Hour: 50 ") == 1);
  CHECK(count("📊 Collected logs from") == 1);
  CHECK(count("📈 Analysis: ") == 1);
  clock.advance(1h);
  monitor.look(prometheus, config, clock);
  CHECK(count("📈 Analysis: ") == 2);
  CHECK(count("Max Errors/Hour: 50 ") == 1);
}
