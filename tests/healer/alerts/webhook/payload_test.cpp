#include "healer/alerts/webhook/payload.h"

#include <fmt/format.h>

#include "base/text/utf8.h"
#include "tests/catch.h"

using namespace healer;
using webhook::parse_payload;

namespace {

std::string body(const std::string& alerts, const std::string& more = "") {
  return fmt::format(R"({{"version":"4","status":"firing","receiver":"salus",{}"alerts":[{}]}})", more,
                     alerts);
}

std::string one(const std::string& more = R"("startsAt":"2025-12-17T17:06:14.759238123Z")") {
  return fmt::format(
      R"({{"status":"firing","labels":{{"alertname":"ContainerDown","container":"quantum_redis"}},{}}})",
      more);
}

}  // namespace

TEST_CASE("a body of Alertmanager 0.25 is read") {
  const auto payload = parse_payload(R"({"receiver":"salus","status":"firing","alerts":[
    {"status":"firing","labels":{"alertname":"ContainerDown","container":"quantum_redis","heal":"restart_container"},
     "annotations":{"summary":"down"},"startsAt":"2025-12-17T17:06:14.759Z","endsAt":"0001-01-01T00:00:00Z",
     "generatorURL":"http://x","fingerprint":"9a4f8c2a1b3d5e7f"},
    {"status":"resolved","labels":{"alertname":"SubsystemStale"},"annotations":{},
     "startsAt":"2025-12-17T17:00:00Z","endsAt":"2025-12-17T17:05:00Z","generatorURL":"","fingerprint":"0000000000000001"}],
    "groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am","version":"4","groupKey":"{}","truncatedAlerts":0})");
  REQUIRE(payload);
  REQUIRE(payload->alerts.size() == 2);
  const Alert& firing = payload->alerts[0];
  CHECK(firing.firing);
  CHECK(firing.fingerprint == "9a4f8c2a1b3d5e7f");
  CHECK(firing.label("heal") == "restart_container");
  CHECK(firing.annotations.at("summary") == "down");
  CHECK(base::rfc3339(firing.starts_at) == "2025-12-17T17:06:14.759Z");
  CHECK(firing.ends_at == base::WallTime{});
  CHECK_FALSE(payload->alerts[1].firing);
  CHECK(base::rfc3339(payload->alerts[1].ends_at) == "2025-12-17T17:05:00.000Z");
}

TEST_CASE("times are cut to the milliseconds that the API shows") {
  const auto payload = parse_payload(body(one()));
  REQUIRE(payload);
  CHECK(payload->alerts[0].starts_at.time_since_epoch() % std::chrono::milliseconds(1) ==
        base::Duration::zero());
}

TEST_CASE("an alert that brings no usable fingerprint gets Alertmanager's own") {
  const auto more =
      GENERATE(as<std::string>{}, R"("startsAt":null)", R"("fingerprint":"")", R"("fingerprint":7)",
               R"("fingerprint":"../../etc")", R"("fingerprint":"a b\n")");
  const auto payload = parse_payload(body(one(more)));
  REQUIRE(payload);
  CHECK(payload->alerts[0].fingerprint == "7cded2c9af3fa785");
  CHECK(payload->alerts[0].fingerprint == fingerprint(payload->alerts[0].labels));
}

TEST_CASE("what is unknown or odd but harmless is read") {
  const auto [text, alerts] = GENERATE(table<std::string, std::size_t>({
      {body("", R"("a_field_of_the_future":{"x":[1]},)"), 0},
      {body(one(R"("mood":"good")")), 1},
      {body(one(R"("startsAt":"0001-01-01T00:00:00Z")")), 1},
      {body(one(R"("startsAt":"2099-01-01T00:00:00+14:00")")), 1},
      {body(one() + "," + one()), 2},
      {body(
           R"x({"status":"firing","labels":{"alertname":"$(reboot)","x":"a\nb","LD_PRELOAD":"/tmp/x.so","-rf":"../.."}})x"),
       1},
      {body(one(), R"("truncatedAlerts":null,)"), 1},
  }));
  CAPTURE(text);
  const auto payload = parse_payload(text);
  INFO((payload ? "" : payload.error().message));
  REQUIRE(payload);
  CHECK(payload->alerts.size() == alerts);
}

TEST_CASE("what is no such body is refused, with where and why") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"null", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{}", "version: is missing"},
      {R"({"version":4,"alerts":[]})", "version: is missing"},
      {R"({"version":"5","alerts":[]})", "version: unsupported version \"5\", expected \"4\""},
      {R"({"version":"4"})", "alerts: is missing"},
      {R"({"version":"4","alerts":{}})", "alerts: is missing"},
      {R"({"version":"4","alerts":null})", "alerts: is missing"},
      {body("7"), "alerts[0]: is not an object"},
      {body("{}"), "alerts[0]: labels"},
      {body(one() + R"(,{"status":"firing","labels":{"a":1}})"), "alerts[1]: labels: a is not a string"},
      {body(R"({"status":"firing","labels":["a"]})"), "labels: is not an object"},
      {body(R"({"status":"pending","labels":{"a":"b"}})"), "must be firing or resolved"},
      {body(R"({"labels":{"a":"b"}})"), "status: is missing"},
      {body(one(R"("startsAt":"yesterday")")), "startsAt"},
      {body(one(R"("startsAt":17)")), "startsAt: is not a string"},
      {body(one(R"("annotations":{"a":{"b":"c"}})")), "annotations: a is not a string"},
      {R"({"version":"4","alerts":[)", ""},
      {R"({"version":"4","version":"5","alerts":[]})", ""},
      {R"({"version":"4","alerts":[],"x":NaN})", ""},
      {"{\"version\":\"4\",\"alerts\":[],\"x\":\"\xff\xfe\"}", ""},
      {std::string("{\"version\":\"4\",\"alerts\":[]}\0", 28), ""},
      {body(one()) + "x", ""},
      {std::string(200'000, '['), ""},
      {R"({"version":"4","alerts":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}", ""},
  }));
  const auto payload = parse_payload(text);
  CAPTURE(text.substr(0, 200));
  REQUIRE_FALSE(payload);
  CHECK(payload.error().message.find(reason) != std::string::npos);
  CHECK(payload.error().message.size() < 1000);
}

TEST_CASE("a body cut at any byte is refused, never half used") {
  const std::string whole = body(one() + "," + one());
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parse_payload(whole.substr(0, size)));
  CHECK(parse_payload(whole));
}

TEST_CASE("of an alert beyond the bounds a part is kept, and always what follows from it") {
  std::string annotations = R"("summary":"s")";
  std::string labels = R"("alertname":"A","policy":"defensive_exit","severity":"critical")";
  SECTION("a long annotation") { annotations = R"("description":")" + std::string(1024 * 1024, 'x') + '"'; }
  SECTION("a long label") { labels += R"(,"list":")" + std::string(100'000, 'x') + '"'; }
  SECTION("characters of several bytes at the cut") {
    annotations = R"("description":")";
    for (int i = 0; i < 5000; ++i) annotations += "€";
    annotations += '"';
  }
  SECTION("many labels and annotations") {
    for (int i = 0; i < 500; ++i) {
      labels = fmt::format(R"("a{}":"v",)", i) + labels;
      annotations += fmt::format(R"(,"a{}":"v")", i);
    }
  }
  SECTION("a long name") { labels += R"(,")" + std::string(webhook::kMaxName + 1, 'x') + R"(":"y")"; }
  const auto payload = parse_payload(body(fmt::format(
      R"({{"status":"firing","labels":{{{}}},"annotations":{{{}}}}},{})", labels, annotations, one())));
  REQUIRE(payload);
  CHECK(payload->oversized == 1);
  REQUIRE(payload->alerts.size() == 2);
  const Alert& alert = payload->alerts[0];
  CHECK(alert.label("policy") == "defensive_exit");
  CHECK(alert.label("alertname") == "A");
  CHECK(alert.fingerprint != fingerprint(payload->alerts[1].labels));
  for (const auto* map : {&alert.labels, &alert.annotations}) {
    CHECK(map->size() <= webhook::kMaxLabels);
    for (const auto& [name, value] : *map) {
      CHECK(name.size() <= webhook::kMaxName);
      CHECK(value.size() <= webhook::kMaxValue);
      CHECK(base::is_utf8(value));
      if (value.size() > 8000) CHECK(value.ends_with("… [cut]"));
    }
  }
}

TEST_CASE("a policy label that is too long names no policy, which demands no new trades") {
  const auto payload = parse_payload(body(fmt::format(
      R"({{"status":"firing","labels":{{"alertname":"A","policy":"{}"}}}})", std::string(9000, 'x'))));
  REQUIRE(payload);
  REQUIRE(payload->alerts.size() == 1);
  CHECK_FALSE(payload->alerts[0].label("policy").empty());
}

TEST_CASE("two alerts that differ only in what is not kept are two") {
  const auto fingerprint = [](char last) {
    const auto payload = parse_payload(body(fmt::format(
        R"({{"status":"firing","labels":{{"alertname":"A","x":"{}{}"}}}})", std::string(9000, 'x'), last)));
    return payload->alerts.at(0).fingerprint;
  };
  CHECK(fingerprint('a') != fingerprint('b'));
}

TEST_CASE("an alert beyond the bounds is kept beside the others") {
  const auto labels =
      GENERATE_COPY(as<std::string>{}, R"("alertname":")" + std::string(webhook::kMaxValue + 1, 'x') + '"',
                    '"' + std::string(webhook::kMaxName + 1, 'x') + R"(":"y")", [] {
                      std::string many = R"("a":"b")";
                      for (std::size_t i = 0; i < webhook::kMaxLabels; ++i)
                        many += fmt::format(R"(,"l{}":"v")", i);
                      return many;
                    }());
  const auto payload =
      parse_payload(body(fmt::format(R"({{"status":"firing","labels":{{{}}}}},{})", labels, one())));
  INFO((payload ? "" : payload.error().message));
  REQUIRE(payload);
  CHECK(payload->oversized == 1);
  CHECK(payload->alerts.size() >= 1);
}

TEST_CASE("what Alertmanager left out is counted") {
  const auto payload = parse_payload(body(one(), R"("truncatedAlerts":7,)"));
  REQUIRE(payload);
  CHECK(payload->truncated == 7);
}

TEST_CASE("a fingerprint does not depend on how labels run together") {
  CHECK(fingerprint({{"a", "bc"}}) != fingerprint({{"ab", "c"}}));
  CHECK(fingerprint({{"a", "b"}, {"c", "d"}}) != fingerprint({{"a",
                                                               "b\xff"
                                                               "c"},
                                                              {"", "d"}}));
}
