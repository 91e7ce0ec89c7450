#include "healer/verify/stack_health.h"

#include <catch2/catch.hpp>

#include "tests/healer/scripted_server.h"

using healer::StackHealth;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};

std::string sample(const std::string& name, const std::string& subsystem, const std::string& value) {
  const std::string label = subsystem.empty() ? "" : fmt::format(R"(,"subsystem":"{}")", subsystem);
  return fmt::format(R"({{"metric":{{"__name__":"{}"{}}},"value":[1,"{}"]}})", name, label, value);
}

StackHealth survey_of(const std::string& list) {
  tests::ScriptedServer prometheus({kQuery});
  prometheus.answer(
      kQuery, base::http::json(
                  200, R"({"status":"success","data":{"resultType":"vector","result":[)" + list + "]}}"));
  const base::SystemClock clock;
  return healer::poll_stack_health(healer::checks::Prometheus(prometheus.url()),
                                   base::Deadline::after(clock, 60s));
}

}  // namespace

TEST_CASE("a stack_health holds what Prometheus tells of each subsystem, and nothing else") {
  const StackHealth stack_health =
      survey_of(sample("salus:overall_status:max", "", "1") + "," +
                sample("subsystem:salus_health_status:max", "data_feed", "2") + "," +
                sample("subsystem:salus_last_update:max", "data_feed", "1765944000") + "," +
                sample("subsystem:salus_response_seconds:max", "data_feed", "0.25") + "," +
                sample("salus_unasked", "data_feed", "7") + "," +
                sample("subsystem:salus_call_errors:sum", "data_feed", "3") + "," +
                sample("subsystem:salus_call_errors:sum", "logging", "NaN"));
  CHECK(stack_health.answered);
  CHECK(stack_health.error.empty());
  CHECK(stack_health.overall == "degraded");
  const auto& feed = stack_health.subsystems.at("data_feed");
  CHECK(feed.status == "critical");
  CHECK(feed.updated_at == base::from_unix_seconds(1765944000));
  CHECK(feed.response_seconds == 0.25);
  CHECK(feed.errors == 3);
  const auto& logging = stack_health.subsystems.at("logging");
  CHECK(logging.status == "unknown");
  CHECK_FALSE(logging.errors);
  CHECK_FALSE(logging.updated_at);
}

TEST_CASE("a Prometheus that has nothing recorded has answered all the same") {
  const StackHealth stack_health = survey_of("");
  CHECK(stack_health.answered);
  CHECK(stack_health.overall == "unknown");
  CHECK(stack_health.error == "Prometheus has no salus:overall_status:max");
}

TEST_CASE("a Prometheus that is away has not answered") {
  const base::SystemClock clock;
  const StackHealth stack_health = healer::poll_stack_health(healer::checks::Prometheus("http://127.0.0.1:1"),
                                                             base::Deadline::after(clock, 60s));
  CHECK_FALSE(stack_health.answered);
  CHECK(stack_health.overall == "unknown");
  CHECK_FALSE(stack_health.error.empty());
}
