#include "healer/verify/health_reader.h"

#include <nlohmann/json.hpp>

#include "healer/model/policy/policy_document.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/documents.h"
#include "tests/healer/example_view.h"
#include "tests/healer/scripted_server.h"

using healer::Health;
using healer::HealthReader;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};

std::string sample(const std::string& labels, int value) {
  return fmt::format(R"({{"metric":{{{}}},"value":[1,"{}"]}})", labels, value);
}
base::http::Response samples(const std::string& list) {
  return base::http::json(200,
                          R"({"status":"success","data":{"resultType":"vector","result":[)" + list + "]}}");
}
std::string overall(int value) { return sample(R"("__name__":"salus:overall_status:max")", value); }
std::string subsystem(const std::string& name, int value) {
  return sample(fmt::format(R"("__name__":"subsystem:salus_health_status:max","subsystem":"{}")", name),
                value);
}

}  // namespace

TEST_CASE("health is what the rules recorded") {
  const auto [value, word] = GENERATE(table<int, std::string>(
      {{-1, "unknown"}, {0, "healthy"}, {1, "degraded"}, {2, "critical"}, {3, "failed"}, {7, "unknown"}}));
  tests::ScriptedServer prometheus({kQuery});
  prometheus.answer(
      kQuery, samples(overall(value) + "," + subsystem("risk_guard", value) + "," + subsystem("logging", 0)));
  const base::SystemClock clock;
  const Health health = HealthReader(healer::checks::Prometheus(prometheus.url()), clock)
                            .read_now(base::Deadline::after(clock, 5s));
  CHECK(health.overall == word);
  CHECK(health.subsystems ==
        std::map<std::string, std::string>{{"risk_guard", word}, {"logging", "healthy"}});
  CHECK(health.error == "");
}

TEST_CASE("health that is not recorded is unknown, with the reason") {
  tests::ScriptedServer prometheus({kQuery});
  const base::SystemClock clock;
  prometheus.answer(kQuery, samples(""));
  const HealthReader reader(healer::checks::Prometheus(prometheus.url()), clock);
  CHECK(reader.read_now(base::Deadline::after(clock, 5s)).overall == "unknown");
  CHECK(reader.read_now(base::Deadline::after(clock, 5s)).error ==
        "Prometheus has no salus:overall_status:max");
  prometheus.answer(kQuery, base::http::text(500, ""));
  const Health lost = reader.read_now(base::Deadline::after(clock, 5s));
  CHECK(lost.overall == "unknown");
  CHECK_FALSE(lost.error.empty());
}

TEST_CASE("health is read at most once a second") {
  tests::ScriptedServer prometheus({kQuery});
  prometheus.answer(kQuery, samples(overall(0)));
  tests::FakeClock clock;
  HealthReader reader(healer::checks::Prometheus(prometheus.url()), clock);
  CHECK(reader.read().overall == "healthy");
  CHECK(reader.read().overall == "healthy");
  CHECK(prometheus.requests().size() == 1);
  clock.advance(1s);
  prometheus.answer(kQuery, samples(overall(3)));
  CHECK(reader.read().overall == "failed");
}

TEST_CASE("issues are the firing alerts that say so, the gravest first") {
  const auto issues = healer::issues_among(tests::example_view().firing);
  REQUIRE(issues.size() == 3);
  CHECK(issues[0].issue == "critical");
  CHECK(issues[0].impacts_trading);
  CHECK(issues[1].issue == "high");
  CHECK(issues[2].alert == "SubsystemLagging");
  CHECK(issues[0].id == "risk_guard_20251217_040000");
  CHECK(issues[2].headline() == "A container is down.");
}

TEST_CASE("issues of one subsystem that began in the same second have different ids") {
  const healer::Labels labels{
      {"alertname", "A"}, {"subsystem", "ai_model"}, {"status", "critical"}, {"issue", "high"}};
  const auto issues = healer::issues_among({tests::example_alert(labels), tests::example_alert(labels)});
  CHECK(issues[0].id == "ai_model_20251217_040000");
  CHECK(issues[1].id == "ai_model_20251217_040000_2");
  CHECK(issues[0].headline() == "ai_model is critical");
}

TEST_CASE("a forced check answers with the overall health and the issues, in the specified keys and types") {
  const std::string status = GENERATE("healthy", "degraded", "critical", "failed", "unknown");
  const auto issues = healer::issues_among(tests::example_view().firing);
  const auto document = json::parse(healer::force_check_document(
      {.overall = status, .subsystems = {}, .error = ""}, issues, {"collector containers"}, tests::at(0)));
  tests::check_shape(document, tests::example_document("force_check.json"));
  CHECK(document["timestamp"] == "2025-12-17T04:00:00.000Z");
  CHECK(document["status"] == status);
  CHECK(document["issues"].size() == 3);
  CHECK(document["warnings"] == json::array({"collector containers"}));
}

TEST_CASE("the health document answers what a trading system asks") {
  const healer::View view = tests::example_view();
  Health health{
      .overall = "critical", .subsystems = {{"risk_guard", "critical"}, {"logging", "healthy"}}, .error = ""};
  const auto document =
      json::parse(healer::health_document(health, healer::issues_among(view.firing), view.policy));
  CHECK(document ==
        json::parse(R"({"overall_status":"critical","safety_policy":"defensive_exit","trading_allowed":false,
    "requires_immediate_action":true,"issues":3,"critical_issues":1,
    "issues_by_severity":{"critical":1,"high":1,"medium":1,"low":0},
    "summary":{"healthy":1,"degraded":0,"critical":1,"failed":0,"unknown":0},
    "subsystems":{"risk_guard":"critical","logging":"healthy"},"policy_valid_until":"2025-12-17T04:01:29.000Z",
    "restrictions":{"new_positions":"no","max_leverage":null,"position_size_factor":1.0,"stops":"tighter",
                    "existing_positions":"high_risk_closed","trading":"exits_only"},
    "error":null})"));
  health.overall = GENERATE("healthy", "degraded", "critical", "failed", "unknown");
  health.error = "Prometheus is away";
  tests::check_shape(json::parse(healer::health_document(health, {}, view.policy)),
                     tests::example_document("health_system.json"));
  CHECK(json::parse(healer::health_document(health, {}, view.policy))["error"] == "Prometheus is away");
}
