#include "healer/alerts/rulers/rules_json.h"

#include <fmt/format.h>

#include "tests/catch.h"

using namespace healer::policy;
using namespace std::chrono_literals;

namespace {

// As Prometheus 2.42 answers.
constexpr std::string_view kAnswer = R"({"status":"success","data":{"groups":[
 {"name":"policy","file":"/rules/policy.rules.yml","interval":5,"limit":0,"evaluationTime":0.001,
  "lastEvaluation":"2025-12-17T04:00:05.1Z","rules":[
   {"state":"firing","name":"PolicyDefensiveExit","query":"salus:policy_demand:level == 3","duration":30,
    "labels":{"policy":"defensive_exit","severity":"warning"},"annotations":{"summary":"x"},
    "alerts":[{"labels":{"alertname":"PolicyDefensiveExit","policy":"defensive_exit"},"annotations":{},
               "state":"firing","activeAt":"2025-12-17T04:00:00.1Z","value":"3e+00"},
              {"labels":{"policy":"defensive_exit","x":"y"},"state":"pending","activeAt":"2025-12-17T04:00:00Z"}],
    "health":"ok","evaluationTime":0.0003,"lastEvaluation":"2025-12-17T04:00:05.1Z","type":"alerting"},
   {"name":"salus:policy_demand:level","query":"1","health":"ok","type":"recording"},
   {"state":"inactive","name":"Never","query":"1","duration":0,"labels":{},"annotations":{},"alerts":[],
    "health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"alerting"},
   {"name":"Failing","alerts":null,"health":"err","lastError":"many-to-many","lastEvaluation":"2025-12-17T04:00:05Z","type":"alerting"}]},
 {"name":"empty","file":"f","rules":null}]}})";

std::string error_of(std::string_view body) {
  const auto rules = parse_rules(body);
  return rules ? "" : rules.error().message;
}

}  // namespace

TEST_CASE("alerting rules are read with their group, labels, health and active alerts") {
  const auto rules = parse_rules(kAnswer);
  REQUIRE(rules);
  REQUIRE(rules->size() == 3);
  const LoadedRule& rule = (*rules)[0];
  CHECK(rule.name == "PolicyDefensiveExit");
  CHECK(rule.group == "policy");
  CHECK(rule.file == "/rules/policy.rules.yml");
  CHECK(rule.labels.at("policy") == "defensive_exit");
  CHECK(rule.health == "ok");
  CHECK(rule.interval == 5s);
  CHECK(rule.hold == 30s);
  CHECK(base::rfc3339(rule.evaluated_at) == "2025-12-17T04:00:05.100Z");
  REQUIRE(rule.active.size() == 2);
  CHECK(rule.active[0].firing);
  CHECK(base::rfc3339(rule.active[0].active_at) == "2025-12-17T04:00:00.100Z");
  CHECK_FALSE(rule.active[1].firing);
  CHECK(rule.active[1].labels.at("alertname") == "PolicyDefensiveExit");
  CHECK((*rules)[1].evaluated_at == base::WallTime{});
  CHECK((*rules)[2].error == "many-to-many");
}

TEST_CASE("an answer that may not be whole is an error") {
  CHECK(error_of("") != "");
  CHECK(error_of("{}") != "");
  CHECK(error_of(R"({"status":"error","error":"not ready"})").find("not ready") != std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{}})").find("groups") != std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{"groups":[]},"warnings":["a store is away"]})")
            .find("a store is away") != std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{"groups":[],"groupNextToken":"x"}})").find("pages") !=
        std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{"groups":[{"rules":[{"type":"alerting"}]}]}})") != "");
  CHECK(error_of(R"({"status":"success","data":{"groups":[{"rules":[
      {"type":"alerting","name":"A","alerts":[{"labels":{}}]}]}]}})")
            .find("state") != std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{"groups":[{"rules":[
      {"type":"alerting","name":"A","lastEvaluation":"yesterday"}]}]}})")
            .find("lastEvaluation") != std::string::npos);
  CHECK(error_of(R"({"status":"success","data":{"groups":[],"groupNextToken":""}})") == "");
}

TEST_CASE("the start of the process is read where it is there") {
  const auto at = parse_started_at(R"({"status":"success","data":{"startTime":"2025-12-17T04:00:00.5Z"}})");
  REQUIRE(at);
  CHECK(base::rfc3339(*at) == "2025-12-17T04:00:00.500Z");
  CHECK_FALSE(parse_started_at("{}"));
  CHECK_FALSE(parse_started_at(R"({"status":"success","data":{}})"));
}

TEST_CASE("facts are the metrics that there are about each subsystem") {
  const auto facts = parse_facts(R"({"status":"success","data":{"resultType":"vector","result":[
      {"metric":{"__name__":"salus_subsystem_info","subsystem":"a"},"value":[1,"1"]},
      {"metric":{"__name__":"salus_file_present","subsystem":"a"},"value":[1,"1"]},
      {"metric":{},"value":[1,"1"]}]}})");
  REQUIRE(facts);
  CHECK(*facts == Facts{{"a", {"salus_file_present", "salus_subsystem_info"}}});
  CHECK_FALSE(parse_facts(R"({"status":"success","data":{}})"));
  CHECK_FALSE(parse_facts("x"));
}
