#include "healer/verify/stack_health.h"

#include "tests/catch.h"
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
  return healer::poll_stack_health(healer::checks::Prometheus(prometheus.url()), clock,
                                   base::Deadline::after(clock, 60s));
}

}  // namespace

TEST_CASE("a stack_health holds what Prometheus reports of each subsystem, and nothing else") {
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
  CHECK(feed.probe_seconds == 0.25);
  CHECK(stack_health.query_seconds > 0);
  CHECK(feed.errors == 3);
  const auto& logging = stack_health.subsystems.at("logging");
  CHECK(logging.status == "unknown");
  CHECK_FALSE(logging.errors);
  CHECK_FALSE(logging.updated_at);
}

TEST_CASE("the facts behind a status are those of its checks") {
  const auto labelled = [](const std::string& name, const std::string& labels, const std::string& value) {
    return fmt::format(R"({{"metric":{{"__name__":"{}",{}}},"value":[1,"{}"]}})", name, labels, value);
  };
  const std::string model = R"("subsystem":"ai_model")";
  const StackHealth health = survey_of(
      labelled("salus_file_set_expected", R"("set":"models",)" + model, "4") + "," +
      labelled("salus_file_set_present", R"("set":"models",)" + model, "1") + "," +
      labelled("salus_file_set_file_present", R"("set":"models","file":"xgb.json",)" + model, "1") + "," +
      labelled("salus_file_present", R"("file":"quantum.db",)" + model, "0") + "," +
      labelled("salus_probe_success", R"("probe":"ai_engine",)" + model, "1") + "," +
      labelled("salus_subsystem_items", R"("item":"symbols",)" + model, "12") + "," +
      labelled("subsystem:salus_age_degraded_seconds:limit", model, "300") + "," +
      labelled("salus_subsystem_check_duration_seconds", R"("instance":"a",)" + model, "0.5") + "," +
      labelled("salus_subsystem_check_duration_seconds", R"("instance":"b",)" + model, "0.25") + "," +
      labelled("salus_subsystem_state_present", R"("instance":"a",)" + model, "0") + "," +
      labelled("salus_subsystem_state_present", R"("instance":"b",)" + model, "1") + "," +
      labelled("salus_container_running", R"("container":"quantum_redis")", "0"));
  const auto& facts = health.subsystems.at("ai_model");
  CHECK(facts.sets.at("models").expected == 4);
  CHECK(facts.sets.at("models").present == 1);
  CHECK(facts.sets.at("models").files.at("xgb.json"));
  CHECK_FALSE(facts.files.at("quantum.db"));
  CHECK(facts.probes.at("ai_engine"));
  CHECK(facts.items.at("symbols") == 12);
  CHECK(facts.degraded_after == 300);
  CHECK(facts.check_seconds == 0.5);
  CHECK(facts.state_present == false);
  CHECK_FALSE(health.containers.at("quantum_redis"));
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
                                                             clock, base::Deadline::after(clock, 60s));
  CHECK_FALSE(stack_health.answered);
  CHECK(stack_health.overall == "unknown");
  CHECK_FALSE(stack_health.error.empty());
}
