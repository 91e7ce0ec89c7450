#include "healer/alerts/webhook/body_scan.h"

#include <fmt/format.h>

#include "healer/alerts/alertmanager_list.h"
#include "healer/alerts/webhook/payload.h"
#include "tests/catch.h"
#include "tests/healer/alerts/large_body.h"

using namespace healer::webhook;

namespace {

std::string with(const std::string& members) {
  return R"({"version":"4","alerts":[{"status":"firing","labels":{"alertname":"A","policy":"no_new_trades"})" +
         members + "}]}";
}

std::vector<std::string> policies(std::span<const AlertText> alerts) {
  std::vector<std::string> all;
  for (const AlertText& alert : alerts) all.emplace_back(alert.policy);
  return all;
}

}  // namespace

TEST_CASE("every alert of a body is found, with what it demands") {
  const std::string body = R"( {"receiver":"salus","groupLabels":{"a":[1,-2.5,null,true,false,"x"]},"alerts":[
    {"status":"firing","labels":{"alertname":"A","policy":"no_new_trades"},"annotations":{"text":"}],\"policy\":\"x"},
     "startsAt":"2025-12-17T17:06:14.759Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"1"},
    {"labels":{"alertname":"B \u00e9 \ud83d\ude00","severity":"critical"},"annotations":null,"startsAt":null,"status":"resolved"}
    ],"version":"4","truncatedAlerts":7} )";
  const auto scan = scan_payload(body);
  REQUIRE(scan);
  REQUIRE(scan->alerts.size() == 2);
  CHECK(scan->truncated == 7);
  CHECK(scan->alerts[0].firing);
  CHECK(scan->alerts[0].name == "A");
  CHECK(scan->alerts[0].policy == "no_new_trades");
  CHECK_FALSE(scan->alerts[1].firing);
  CHECK(scan->alerts[1].policy.empty());
  const auto whole = parse_payload(body);
  REQUIRE(whole);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto one = parse_payload(payload_of(std::span(scan->alerts).subspan(i, 1)));
    REQUIRE(one);
    CHECK(one->alerts.at(0).labels == whole->alerts[i].labels);
    CHECK(one->alerts.at(0).starts_at == whole->alerts[i].starts_at);
  }
}

TEST_CASE("what the parser refuses is never scanned") {
  const std::string wrong = GENERATE(
      as<std::string>{}, "", "{}", "[]", "nonsense", R"({"version":"5","alerts":[]})", R"({"version":"4"})",
      R"({"version":"4","alerts":{}})", R"({"version":"4","alerts":[1]})", R"({"version":"4","alerts":[{}]})",
      R"({"version":"4","alerts":[]} x)", R"({"version":"4","alerts":[],})",
      R"({"version":"4","alerts":[{"labels":{"a":"b"}}]})",
      R"({"version":"4","alerts":[{"status":"other","labels":{"a":"b"}}]})",
      R"({"version":"4","alerts":[{"status":"firing","labels":{}}]})", with(R"(,"status":"firing")"),
      with(R"(,"labels":{"a":"b"})"), with(R"(,"annotations":{"a":1})"), with(R"(,"annotations":[])"),
      with(R"(,"startsAt":"yesterday")"), with(R"(,"endsAt":5)"), with(R"(,"x":NaN)"), with(R"(,"x":01)"),
      with(R"(,"x":1.)"), with(R"(,"x":+1)"), with(R"(,"x":-)"), with(R"(,"x":tru)"), with(R"(,"x":"\q")"),
      with(R"(,"x":"\u12g4")"), with(R"(,"x":"\ud800")"), with(R"(,"x":"\udc00\ud800")"),
      with(R"(,"x":"\u-123")"), with(R"(,"x":{"a":1,"a":2})"), with(R"(,"x":{"a":1,"\u0061":2})"),
      with(R"(,"x":[1,])"), with(R"(,"x":[1 2])"), with(",\"x\":\"a\nb\""), with(",\"x\":\"\xff\""),
      with(std::string(",\"x\":\"\0\"", 8)), with(R"(,"x":1e999)"),
      with(R"(,"x":)" + std::string(70, '[') + std::string(70, ']')), with(R"(,"x":"unfinished)"),
      with(R"(,"x":"\)"));
  INFO(wrong);
  CHECK_FALSE(parse_payload(wrong));
  CHECK_FALSE(scan_payload(wrong));
}

TEST_CASE("a body that is cut anywhere is none") {
  const std::string body = with(R"(,"annotations":{"text":"é \" \u00e9"},"x":[1.5,{"y":null}])");
  REQUIRE(scan_payload(body));
  for (std::size_t size = 0; size < body.size(); ++size) CHECK_FALSE(scan_payload(body.substr(0, size)));
}

TEST_CASE("what is unusual is left to the parser") {
  const std::string unusual = GENERATE(
      as<std::string>{}, with(R"(,"x":1e3)"), with(R"(,"x":12345678901234567890)"), with(R"(,"\u0061":1)"),
      R"({"version":"4","alerts":[{"status":"firing","labels":{"policy":"no_new_trade\u0073"}}]})");
  CHECK(parse_payload(unusual));
  CHECK_FALSE(scan_payload(unusual));
}

TEST_CASE("a few alerts demand all that a body demands") {
  std::vector<AlertText> alerts;
  const auto add = [&](std::string_view policy, std::string_view name, bool firing = true) {
    alerts.push_back({.text = "{}", .name = name, .policy = policy, .firing = firing});
  };
  for (int i = 0; i < 1000; ++i) add("safe_risk_profile", "A");
  add("", "A");
  add("emergency_shutdown", "A", false);
  for (const char* name : {"Watchdog", "Watchdog", "B", "C", "D", "E", "F"}) add("no_new_trades", name);
  for (const char* policy : {"unknown", "unknown too", "unknown three"}) add(policy, "A");
  add("defensive_exit", "Z");
  CHECK(policies(demands_of(alerts)) ==
        std::vector<std::string>{"safe_risk_profile", "no_new_trades", "no_new_trades", "no_new_trades",
                                 "no_new_trades", "unknown", "defensive_exit"});
}

TEST_CASE("Alertmanager's list is scanned likewise") {
  const std::string alert =
      R"({"labels":{"alertname":"A","policy":"defensive_exit"},"status":{"state":"active","silencedBy":[]}})";
  const std::string list = "[" + alert + "," + alert + "]";
  const auto scan = scan_list(list);
  REQUIRE(scan);
  CHECK(policies(scan->alerts) == std::vector<std::string>{"defensive_exit", "defensive_exit"});
  const auto read = parse_list(list_of(demands_of(scan->alerts)), {}, {});
  REQUIRE(read);
  CHECK(read->alerts.size() == 1);
  for (const char* wrong : {"", "{}", "[1]", "[{}]", R"([{"labels":{"a":1}}])", "[]]"})
    CHECK_FALSE(scan_list(wrong));
  CHECK(scan_list("[]"));
}

TEST_CASE("a body of twenty thousand alerts is read to its end") {
  const std::string body = tests::large_body(20'000, "safe_risk_profile", "emergency_shutdown");
  const auto scan = scan_payload(body);
  REQUIRE(scan);
  CHECK(scan->alerts.size() == 20'001);
  CHECK(policies(demands_of(scan->alerts)) ==
        std::vector<std::string>{"safe_risk_profile", "emergency_shutdown"});
}
