#include "exporter/tail/api.h"

#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using base::http::Request;
using exporter::tail::log_events;
using exporter::tail::log_patterns;
using Json = nlohmann::json;

namespace {

Request ask(std::multimap<std::string, std::string> query) {
  Request request;
  request.method = "GET";
  request.query = std::move(query);
  return request;
}

struct Fixture {
  tests::FakeClock clock;
  exporter::tail::RecentEvents recent;
  exporter::tail::Registry registry{clock};

  void take(const std::string& source, std::string_view text, int second) {
    const auto pipeline = registry.open(source, {.rules = nullptr, .sink = &recent});
    const auto strand = pipeline->open("docker:x/stdout", {});
    const exporter::tail::Line line{
        .text = text, .at = base::WallTime(std::chrono::seconds(1'795'305'600 + second)), .after = {1, 1}};
    pipeline->take(strand, std::span(&line, 1));
    pipeline->flush();
  }
  Json events(std::multimap<std::string, std::string> query = {}) const {
    const auto response = log_events(recent, ask(std::move(query)));
    CHECK(response.status == 200);
    const auto document = Json::parse(response.body);
    CHECK(document["status"] == "success");
    return document["data"];
  }
  Json patterns(std::multimap<std::string, std::string> query = {}) const {
    const auto response = log_patterns(registry, ask(std::move(query)), clock.now().wall);
    CHECK(response.status == 200);
    return Json::parse(response.body)["data"];
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an event is given with its time, source, level, pattern and text") {
  take("bot", "ERROR order 17 failed", 1);
  const auto data = events();
  REQUIRE(data.size() == 1);
  CHECK(data[0]["time"] == "2026-11-22T00:00:01.000Z");
  CHECK(data[0]["source"] == "bot");
  CHECK(data[0]["level"] == "error");
  CHECK(data[0]["lines"] == 1);
  CHECK(data[0]["text"] == "ERROR order 17 failed");
  CHECK(data[0]["pattern"].get<std::string>().size() == 16);
}

TEST_CASE_METHOD(Fixture, "events are asked for by source, level, time and number") {
  take("bot", "INFO started", 1);
  take("bot", "ERROR order 17 failed", 2);
  take("redis", "WARNING memory is low", 3);
  CHECK(events().size() == 3);
  CHECK(events()[0]["source"] == "redis");
  CHECK(events({{"source", "bot"}}).size() == 2);
  CHECK(events({{"level", "warning"}}).size() == 2);
  CHECK(events({{"since", "2026-11-22T00:00:02Z"}}).size() == 2);
  CHECK(events({{"since", "1795305602.5"}}).size() == 1);
  CHECK(events({{"limit", "1"}}).size() == 1);
  CHECK(events({{"source", "nobody"}}).empty());
  CHECK(events({{"source", ""}, {"level", ""}, {"since", ""}, {"limit", ""}}).size() == 3);
}

TEST_CASE_METHOD(Fixture, "a pattern is given with all that is known of it") {
  take("bot", "ERROR order 17 failed", 1);
  take("bot", "ERROR order 18 failed", 2);
  const auto data = patterns();
  REQUIRE(data.size() == 1);
  CHECK(data[0]["source"] == "bot");
  CHECK(data[0]["level"] == "error");
  CHECK(data[0]["count"] == 2);
  CHECK(data[0]["first_seen"] == "2026-11-22T00:00:01.000Z");
  CHECK(data[0]["last_seen"] == "2026-11-22T00:00:02.000Z");
  CHECK(data[0]["hours"][0]["time"] == "2026-11-22T00:00:00.000Z");
  CHECK(data[0]["hours"][0]["count"] == 2);
  CHECK(data[0]["example"] == "ERROR order 17 failed");
  CHECK(data[0]["words"].get<std::string>().find("<*>") != std::string::npos);
  CHECK(data[0]["id"] == events()[0]["pattern"]);
}

TEST_CASE_METHOD(Fixture, "patterns are asked for by source, level, status and id") {
  take("bot", "ERROR order 17 failed", 1);
  take("bot", "INFO started", 1);
  take("redis", "INFO ready", 1);
  CHECK(patterns().size() == 3);
  CHECK(patterns({{"source", "bot"}}).size() == 2);
  CHECK(patterns({{"level", "error"}}).size() == 1);
  const auto id = patterns({{"level", "error"}})[0]["id"].get<std::string>();
  CHECK(patterns({{"id", id}}).size() == 1);
  CHECK(patterns({{"id", "0123456789abcdef"}}).empty());
  const auto status = patterns({{"id", id}})[0]["status"].get<std::string>();
  CHECK(patterns({{"status", status}}).size() == 3);
  CHECK(patterns({{"status", status == "gone" ? "new" : "gone"}}).empty());
}

TEST_CASE_METHOD(Fixture, "a wrong parameter is bad data, and is named") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"level", "fatal"},
      {"since", "yesterday"},
      {"since", "nan"},
      {"limit", "0"},
      {"limit", "1001"},
      {"limit", "1x"},
      {"sources", "bot"},
  }));
  const auto response = log_events(recent, ask({{name, value}}));
  CHECK(response.status == 400);
  const auto document = Json::parse(response.body);
  CHECK(document["status"] == "error");
  CHECK(document["errorType"] == "bad_data");
  CHECK(document["error"].get<std::string>().find('"' + name + '"') != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "wrong parameters for patterns are bad data too") {
  const auto [name, value] = GENERATE(table<std::string, std::string>(
      {{"status", "old"}, {"id", "12"}, {"id", "0123456789abcdeg"}, {"limit", "3"}}));
  CHECK(log_patterns(registry, ask({{name, value}}), {}).status == 400);
  CHECK(log_events(recent, ask({{"source", "a"}, {"source", "b"}})).status == 400);
}

TEST_CASE_METHOD(Fixture, "what is not UTF-8 is replaced") {
  take("b\xffot", "ERROR caf\xe9 failed", 1);
  CHECK(events()[0]["text"] == "ERROR caf\xef\xbf\xbd failed");
  CHECK(events()[0]["source"] == "b\xef\xbf\xbdot");
  CHECK(patterns().size() == 1);
}

TEST_CASE_METHOD(Fixture, "both are served") {
  const base::SystemClock real;
  take("bot", "ERROR order 17 failed", 1);
  base::http::Server server({}, real);
  exporter::tail::add_log_routes(server, recent, registry, real);
  REQUIRE(server.listen("127.0.0.1:0"));
  const base::http::Client client("http://127.0.0.1:" + std::to_string(server.port()));
  const auto soon = base::Deadline::after(real, std::chrono::seconds(20));
  for (const std::string path : {"/api/v1/log-events?limit=5", "/api/v1/log-patterns?source=bot"}) {
    const auto response = client.get(path, soon);
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(Json::parse(response->body)["data"].size() == 1);
  }
}
