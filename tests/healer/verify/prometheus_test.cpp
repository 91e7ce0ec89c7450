#include "healer/verify/prometheus.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using healer::checks::Prometheus;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};
const tests::ScriptedServer::Route kRules{"GET", "/api/v1/rules"};

struct Fixture {
  tests::ScriptedServer server{{kQuery, kRules}};
  base::SystemClock clock;
  Prometheus prometheus{server.url()};

  base::Deadline soon() const { return base::Deadline::after(clock, 5s); }
  auto ask(const std::string& answer, int status = 200) {
    server.answer(kQuery, base::http::json(status, answer));
    return prometheus.query("up == 1", soon());
  }
  auto ask_rules(const std::string& answer) {
    server.answer(kRules, base::http::json(200, answer));
    return prometheus.alert_rules(soon());
  }
};

std::string vector(const std::string& result) {
  return R"({"status":"success","data":{"resultType":"vector","result":[)" + result + "]}}";
}

}  // namespace

TEST_CASE("a vector is read with its labels and values") {
  Fixture with;
  const auto samples =
      with.ask(vector(R"({"metric":{"__name__":"up","job":"a"},"value":[1435781451.781,"1"]},)"
                      R"({"metric":{},"value":[1435781451.781,"+Inf"]},)"
                      R"({"metric":{},"value":[1435781451.781,"NaN"]})"));
  REQUIRE(samples);
  REQUIRE(samples->size() == 3);
  CHECK((*samples)[0].labels == healer::Labels{{"__name__", "up"}, {"job", "a"}});
  CHECK((*samples)[0].value == 1);
  CHECK(std::isinf((*samples)[1].value));
  CHECK(std::isnan((*samples)[2].value));
  CHECK(with.server.requests().at(0).parameter("query") == "up == 1");
}

TEST_CASE("a scalar is one sample without labels") {
  Fixture with;
  const auto samples = with.ask(
      R"({"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"1435781451.781"]}})");
  REQUIRE(samples);
  REQUIRE(samples->size() == 1);
  CHECK((*samples)[0].labels.empty());
  CHECK((*samples)[0].value == Approx(1435781451.781));
}

TEST_CASE("what Prometheus says against a query is the error") {
  Fixture with;
  const auto samples =
      with.ask(R"({"status":"error","errorType":"bad_data","error":"unexpected end of input"})", 400);
  REQUIRE_FALSE(samples);
  CHECK_THAT(samples.error().message, Catch::Contains("400") && Catch::Contains("unexpected end of input"));
}

TEST_CASE("an answer that is not Prometheus's is an error, never an empty result") {
  const auto answer = GENERATE(
      "", "not JSON", "[]", "{}", R"({"status":"success"})", R"({"status":"success","data":{}})",
      R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}})",
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}})");
  CAPTURE(answer);
  Fixture with;
  CHECK_FALSE(with.ask(answer));
}

TEST_CASE("rules are read with their evaluation and their active alerts") {
  Fixture with;
  const auto rules = with.ask_rules(R"({"status":"success","data":{"groups":[{"name":"containers","rules":[
    {"type":"alerting","name":"ContainerDown","health":"ok","lastEvaluation":"2026-11-21T10:00:00.123456789+01:00",
     "alerts":[{"labels":{"alertname":"ContainerDown","container":"a"},"state":"pending"}]},
    {"type":"alerting","name":"Broken","health":"err","lastError":"many-to-many","lastEvaluation":"0001-01-01T00:00:00Z",
     "alerts":[]},
    {"type":"recording","name":"x:y","health":"ok","lastEvaluation":"2026-11-21T10:00:00Z"}]}]}})");
  REQUIRE(rules);
  REQUIRE(rules->size() == 2);
  CHECK((*rules)[0].name == "ContainerDown");
  CHECK((*rules)[0].health == "ok");
  CHECK(base::rfc3339((*rules)[0].last_evaluation) == "2026-11-21T09:00:00.123Z");
  REQUIRE((*rules)[0].active.size() == 1);
  CHECK((*rules)[0].active[0].state == "pending");
  CHECK((*rules)[0].active[0].labels.at("container") == "a");
  CHECK((*rules)[1].health == "err");
  CHECK((*rules)[1].last_error == "many-to-many");
  CHECK(with.server.requests().at(0).parameter("type") == "alert");
}

TEST_CASE("a rule whose evaluation cannot be dated is an error") {
  Fixture with;
  CHECK_FALSE(with.ask_rules(
      R"({"status":"success","data":{"groups":[{"rules":[{"type":"alerting","name":"A","lastEvaluation":"soon"}]}]}})"));
}

TEST_CASE("a Prometheus that is not there is an error") {
  const base::SystemClock clock;
  const Prometheus nowhere("unix:///nonexistent/prometheus.sock");
  CHECK_FALSE(nowhere.query("up", base::Deadline::after(clock, 5s)));
  CHECK_FALSE(nowhere.alert_rules(base::Deadline::after(clock, 5s)));
}
