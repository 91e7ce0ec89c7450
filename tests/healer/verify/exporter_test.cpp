#include "healer/verify/exporter.h"

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using healer::checks::Exporter;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kRefresh{"POST", "/api/v1/refresh"};

std::string runs(const std::string& list) { return R"({"status":"success","data":[)" + list + "]}"; }

const std::string kContainers =
    R"({"collector":"containers","success":true,"duration_seconds":0.01,"error":""})";
const std::string kSubsystems =
    R"({"collector":"subsystems","success":true,"duration_seconds":0.01,"error":""})";
const std::string kFailed =
    R"({"collector":"subsystems","success":false,"duration_seconds":2,"error":"deadline"})";

}  // namespace

TEST_CASE("a refresh asks for the collectors by name and succeeds when all did") {
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json(200, runs(kContainers + "," + kSubsystems)));
  const base::SystemClock clock;
  REQUIRE(Exporter(server.url()).refresh({"containers", "subsystems"}, base::Deadline::after(clock, 5s)));
  const auto request = server.requests().at(0);
  CHECK(request.query.count("collector") == 2);
}

TEST_CASE("a refresh without names is one of all collectors") {
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json(200, runs(kContainers)));
  const base::SystemClock clock;
  REQUIRE(Exporter(server.url()).refresh({}, base::Deadline::after(clock, 5s)));
  CHECK(server.requests().at(0).query.empty());
}

TEST_CASE("one collector that failed fails the refresh, in its words") {
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json(200, runs(kContainers + "," + kFailed)));
  const base::SystemClock clock;
  const auto refreshed =
      Exporter(server.url()).refresh({"containers", "subsystems"}, base::Deadline::after(clock, 5s));
  REQUIRE_FALSE(refreshed);
  CHECK_THAT(refreshed.error().message, Catch::Contains("refresh of subsystems failed: deadline"));
}

TEST_CASE("a collector that failed without words of its own fails the refresh all the same") {
  const std::string run =
      GENERATE(R"({"collector":"containers","success":false,"error":null})", R"({"success":false})",
               R"({"collector":7,"success":false,"error":["x"]})");
  CAPTURE(run);
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json(200, runs(run)));
  const base::SystemClock clock;
  const auto refreshed = Exporter(server.url()).refresh({"containers"}, base::Deadline::after(clock, 5s));
  REQUIRE_FALSE(refreshed);
  CHECK_THAT(refreshed.error().message, Catch::Contains("failed: no reason given"));
}

TEST_CASE("an answer that does not say success for every collector fails the refresh") {
  const auto [status, body] = GENERATE(table<int, std::string>({
      {500, runs(kContainers + "," + kSubsystems)},
      {200, ""},
      {200, "{}"},
      {200, runs("")},
      {200, runs(kContainers)},
      {200, runs("1,2")},
      {200, runs(R"({"collector":"containers"},{"collector":"subsystems"})")},
  }));
  CAPTURE(status, body);
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json(status, body));
  const base::SystemClock clock;
  CHECK_FALSE(Exporter(server.url()).refresh({"containers", "subsystems"}, base::Deadline::after(clock, 5s)));
}

TEST_CASE("a collector that the exporter does not have is reported, and the others are refreshed") {
  tests::ScriptedServer server({kRefresh});
  server.answer_once(kRefresh, base::http::json_error(404, "unknown collector \"subsystems\""));
  server.answer_once(kRefresh, base::http::json(200, runs(kContainers)));
  server.answer_once(kRefresh, base::http::json_error(404, "unknown collector \"subsystems\""));
  const base::SystemClock clock;
  const auto refreshed =
      Exporter(server.url()).refresh({"containers", "subsystems"}, base::Deadline::after(clock, 5s));
  REQUIRE(refreshed);
  CHECK(refreshed->missing == std::vector<std::string>{"subsystems"});
  CHECK(server.requests().size() == 3);
}

TEST_CASE("a 404 of another server is an error") {
  tests::ScriptedServer server({kRefresh});
  server.answer(kRefresh, base::http::json_error(404, "there is nothing here"));
  const base::SystemClock clock;
  CHECK_FALSE(Exporter(server.url()).refresh({"containers"}, base::Deadline::after(clock, 5s)));
}

TEST_CASE("the last log events of a source are its texts, oldest first") {
  const tests::ScriptedServer::Route events{"GET", "/api/v1/log-events"};
  tests::ScriptedServer server({events});
  server.answer(events, base::http::json(200, runs(R"({"text":"second"},{"text":"first"})")));
  const base::SystemClock clock;
  const Exporter exporter(server.url());
  const auto texts = exporter.last_log_events("quantum redis", 2, base::Deadline::after(clock, 5s));
  REQUIRE(texts);
  CHECK(*texts == std::vector<std::string>{"first", "second"});
  CHECK(server.requests().at(0).parameter("source") == "quantum redis");
  CHECK(server.requests().at(0).parameter("limit") == "2");
  server.answer(events, base::http::json(500, "{}"));
  CHECK_FALSE(exporter.last_log_events("quantum redis", 2, base::Deadline::after(clock, 5s)));
}
