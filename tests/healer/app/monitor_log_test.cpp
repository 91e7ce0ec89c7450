#include "healer/app/monitor_log.h"

#include <limits>

#include "tests/catch.h"
#include "tests/fakes/captured_log.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/scripted_server.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

checks::Sample limit(const std::string& task, double seconds) {
  return {.labels = {{"__name__", "task:salus_interval_seconds:limit"}, {"task", task}}, .value = seconds};
}

Config configured() {
  Config config;
  for (const char* task : {"log_rotation", "cache_pruning", "health_audit", "shard_rotation"})
    config.playbooks.emplace_back().task = task;
  return config;
}

}  // namespace

TEST_CASE("the start names the schedules of the configured tasks, as the rules have them") {
  const std::vector limits{limit("log_rotation", 86400), limit("cache_pruning", 3600),
                           limit("health_audit", 21600), limit("shard_rotation", 43200),
                           limit("nonsense", std::numeric_limits<double>::quiet_NaN())};
  const auto intervals = task_intervals(limits);
  CHECK(intervals.size() == 4);
  Config config = configured();
  CHECK(maintenance_line(intervals, config) ==
        "🧹 Auto-Maintenance: Enabled (log rotation 24h, cache pruning 1h, health checks 6h, shard rotation "
        "12h)");
  config.playbooks.back().scheduled = false;
  CHECK_THAT(maintenance_line(intervals, config), Catch::EndsWith("shard rotation unscheduled)"));
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
  tests::ScriptedServer server({query});
  server.answer(query, base::http::text(503, "starting"));
  tests::FakeClock clock;
  Config config = configured();
  config.prometheus_url = server.url();
  const checks::Prometheus prometheus(server.url());
  MonitorLog monitor;
  const tests::CapturedLog log;
  monitor.look(prometheus, config, clock);
  CHECK(log.text().find("Auto-Maintenance") == std::string::npos);

  server.answer(query, base::http::json(200, R"({"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"__name__":"salus:log_errors:limit"},"value":[1,"50"]},
    {"metric":{"__name__":"task:salus_interval_seconds:limit","task":"log_rotation"},"value":[1,"86400"]}]}})"));
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
