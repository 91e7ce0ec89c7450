#include "exporter/web/web.h"

#include <future>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/http/client.h"
#include "base/http/web/web_page.h"
#include "base/text/json.h"
#include "exporter/web/status_page.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Matchers::Contains;

namespace {

struct Fixture {
  base::SystemClock clock;
  tests::TemporaryFolder folder;
  exporter::App app{
      folder.write("exporter.yml", "collectors: {host: {}, subsystems: {}}\n"),
      folder.write("subsystems.yml",
                   "subsystems: [{name: data_feed, purpose: x, trading: none, cadence: normal}]\n"),
      clock};
  base::http::Server server{exporter::web_limits(), clock};

  Fixture() {
    REQUIRE(app.load());
    exporter::add_routes(server, app);
    REQUIRE(server.listen("127.0.0.1:0"));
  }
  ~Fixture() { server.stop(); }

  base::http::Response ask(const std::string& method, const std::string& path) {
    const base::http::Client client("http://127.0.0.1:" + std::to_string(server.port()));
    auto answer =
        client.send(method, path, "", "text/plain", base::Deadline::after(clock, std::chrono::seconds(30)));
    REQUIRE(answer);
    return std::move(*answer);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the page is served as exposition text") {
  const auto answer = ask("GET", "/metrics");
  REQUIRE(answer.status == 200);
  REQUIRE(answer.content_type == "text/plain; version=0.0.4; charset=utf-8");
  REQUIRE_THAT(answer.body, Contains("salus_subsystem_info{") &&
                                Contains("salus_collector_success{collector=\"host\"} 1"));
}

TEST_CASE_METHOD(Fixture, "a refresh answers with each collector's outcome") {
  const auto answer = ask("POST", "/api/v1/refresh?collector=subsystems&collector=host");
  REQUIRE(answer.status == 200);
  const auto document = base::parse_json(answer.body).value();
  REQUIRE(document["status"] == "success");
  REQUIRE(document["data"].size() == 2);
  REQUIRE(document["data"][0]["collector"] == "host");
  REQUIRE(document["data"][1]["success"] == true);
  REQUIRE(document["data"][1]["error"].get<std::string>().empty());
  REQUIRE(document["data"][1]["duration_seconds"].is_number());
}

TEST_CASE_METHOD(Fixture, "a refresh without names runs all, with an unknown one none") {
  REQUIRE(base::parse_json(ask("POST", "/api/v1/refresh").body).value()["data"].size() == 2);
  const auto answer = ask("POST", "/api/v1/refresh?collector=hots");
  REQUIRE(answer.status == 404);
  REQUIRE(base::parse_json(answer.body).value()["error"] == "unknown collector \"hots\"");
}

TEST_CASE_METHOD(Fixture, "a reload answers 200, or 500 with the problems") {
  REQUIRE(ask("POST", "/-/reload").status == 200);
  folder.write("exporter.yml", "collectors: {hots: {}}\n");
  const auto answer = ask("POST", "/-/reload");
  REQUIRE(answer.status == 500);
  REQUIRE_THAT(answer.body, Contains("exporter.yml:1: collectors.hots: unknown collector"));
}

TEST_CASE_METHOD(Fixture, "health, readiness and the landing page") {
  REQUIRE(ask("GET", "/-/healthy").status == 200);
  REQUIRE(ask("GET", "/-/ready").status == 200);
  const auto page = ask("GET", "/");
  REQUIRE(page.content_type == "text/html; charset=utf-8");
  REQUIRE_THAT(page.body, Contains("data_feed"));
  REQUIRE(ask("GET", "/api/v1/refresh").status == 405);
}

TEST_CASE("an exporter that is starting is not ready") {
  const base::SystemClock clock;
  exporter::App app("/no/such/exporter.yml", "/no/such/subsystems.yml", clock);
  base::http::Server server(exporter::web_limits(), clock);
  exporter::add_routes(server, app);
  REQUIRE(server.listen("127.0.0.1:0"));
  const base::http::Client client("http://127.0.0.1:" + std::to_string(server.port()));
  const auto deadline = base::Deadline::after(clock, std::chrono::seconds(30));
  REQUIRE(client.get("/-/ready", deadline).value().status == 503);
  REQUIRE(client.post("/api/v1/refresh", "", "text/plain", deadline).value().status == 404);
  REQUIRE_THAT(client.get("/metrics", deadline).value().body, Contains("salus_exporter_build_info"));
}

TEST_CASE_METHOD(Fixture, "a page of another site cannot make a browser run or reload anything") {
  const auto [headers, status] = GENERATE(table<std::string, int>({
      {"", 200},
      {"Content-Type: application/x-www-form-urlencoded\r\n", 200},  // curl -d ''
      {"Origin: http://evil.example\r\n", 403},
      {"Sec-Fetch-Site: cross-site\r\n", 403},
      {"Referer: http://evil.example/page\r\n", 403},
      // A name of someone else that points here.
      {"Origin: http://rebound.example\r\n", 403},
  }));
  CAPTURE(headers);
  const std::string host = headers.find("rebound") == std::string::npos ? "127.0.0.1" : "rebound.example";
  for (const char* path : {"/-/reload", "/api/v1/refresh"}) {
    tests::RawClient client(server.port());
    const auto answer = client.ask(
        fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: 0\r\n\r\n", path, host, headers));
    CHECK(answer->status == status);
  }
}

TEST_CASE_METHOD(Fixture, "a form is no body for a request that has none") {
  tests::RawClient client(server.port());
  const auto answer = client.ask(
      "POST /-/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: "
      "3\r\n\r\na=b");
  CHECK(answer->status == 415);
}

TEST_CASE_METHOD(Fixture, "many refreshes at once are few runs") {
  const auto begin = clock.now().mono;
  std::vector<std::future<int>> asked;
  for (int i = 0; i < 30; ++i)
    asked.push_back(std::async(std::launch::async, [&] { return ask("POST", "/api/v1/refresh").status; }));
  for (auto& each : asked) CHECK(each.get() == 200);
  // Two of them are a second apart.
  ask("POST", "/api/v1/refresh");
  CHECK(clock.now().mono - begin >= std::chrono::milliseconds(900));
}

TEST_CASE_METHOD(Fixture, "every answer forbids a browser to run anything and to show it in a frame") {
  for (const char* path : {"/", "/metrics", "/api/v1/log-events", "/nope", "/-/healthy"}) {
    CAPTURE(path);
    const auto answer = ask("GET", path);
    CHECK(answer.headers.find("X-Frame-Options")->second == "DENY");
    CHECK(answer.headers.find("X-Content-Type-Options")->second == "nosniff");
    CHECK(answer.headers.find("Content-Security-Policy")->second.starts_with("default-src 'none'"));
  }
  const auto page = ask("GET", "/");
  CHECK_THAT(page.body, Contains(fmt::format("<style>{}</style>", exporter::landing_style())));
  CHECK(page.headers.find("Content-Security-Policy")->second ==
        base::http::page_policy(exporter::landing_style()));
}

TEST_CASE_METHOD(Fixture, "what the server sheds is on the page from the beginning") {
  REQUIRE_THAT(ask("GET", "/metrics").body,
               Contains("salus_exporter_http_connections_evicted_total{state=\"receiving\"} 0") &&
                   Contains("salus_exporter_http_overloaded_total 0"));
}
