#include "healer/api/api.h"

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "healer/api/status_page.h"
#include "healer/publish/policy_json.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/catch.h"
#include "tests/healer/api/api_client.h"
#include "tests/healer/api/fake_decider.h"
#include "tests/healer/example_view.h"

using healer::Api;
using healer::OperatorInput;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  base::SystemClock clock;
  healer::View view = tests::example_view();
  healer::EventQueue events;
  healer::PendingReplies replies;
  healer::webhook::TokenCheck token{"sesame", clock};
  healer::policy::PolicySubscription subscription{1};
  std::optional<std::string> report;
  base::Result<> reload_result;
  base::Result<healer::Checked> checked =
      healer::Checked{.alerts = view.firing,
                      .health = {.overall = "critical", .subsystems = {}, .error = ""},
                      .at = tests::at(61)};
  std::function<base::Result<healer::Checked>()> check = [this] { return checked; };
  bool alive = true;
  std::vector<std::pair<std::string, healer::notify::Delivery>> notifiers;
  tests::FakeDecider decider{events, replies};
  Api api{{.token = token,
           .events = events,
           .replies = replies,
           .receive_alerts = [](const auto&) { return base::http::text(200, "received"); },
           .view = [this] { return std::make_shared<const healer::View>(view); },
           .policy = subscription,
           .report = [this] { return report; },
           .health = [] { return healer::Health{.overall = "degraded", .subsystems = {}, .error = ""}; },
           .force_check = [this] { return check(); },
           .reports_folder = [] { return std::string(); },
           .metrics_page = [] { return std::string("up 1\n"); },
           .reload = [this] { return reload_result; },
           .alive = [this] { return alive; },
           .test_notifiers =
               [this](const std::string& name) {
                 auto found = notifiers;
                 if (!name.empty()) std::erase_if(found, [&](const auto& one) { return one.first != name; });
                 return found;
               }}};
  base::http::Server server{{}, clock};

  Fixture() {
    subscription.publish(view.policy);
    api.add_routes(server);
    REQUIRE(server.listen("127.0.0.1:0"));
  }
  base::http::Response ask(const std::string& method, const std::string& path, const std::string& body = "",
                           const std::string& with_token = "sesame") {
    return tests::ask(server, method, path, body, with_token);
  }
  json data(const std::string& path) {
    const auto answer = ask("GET", path);
    REQUIRE(answer.status == 200);
    const auto document = json::parse(answer.body);
    CHECK(document["status"] == "success");
    return document["data"];
  }
};

}  // namespace

TEST_CASE("incidents are listed, filtered and reported") {
  Fixture with;
  CHECK(with.data("/api/v1/incidents").size() == 2);
  CHECK(with.data("/api/v1/incidents?state=open")[0]["id"] == "INC-17");
  CHECK(with.data("/api/v1/incidents?state=closed")[0]["id"] == "INC-3");
  CHECK(with.data("/api/v1/incidents/INC-17")["timeline"].size() == 2);
  CHECK(with.ask("GET", "/api/v1/incidents?state=half").status == 400);
  CHECK(with.ask("GET", "/api/v1/incidents/INC-99").status == 404);
}

TEST_CASE("the policy is a plain document that must not be cached") {
  Fixture with;
  const auto answer = with.ask("GET", "/policy", "", "");
  CHECK(answer.body == healer::policy_document(with.view.policy));
  CHECK(answer.headers.find("Cache-Control")->second == "no-store");
  CHECK(answer.headers.find("ETag")->second == "\"17\"");
}

TEST_CASE("who waits for a policy is answered as soon as there is another one") {
  Fixture with;
  CHECK(json::parse(with.ask("GET", "/policy?wait=60s&after=16").body)["sequence"] == 17);
  CHECK(json::parse(with.ask("GET", "/policy?wait=60s").body)["sequence"] == 17);
  auto waiting = std::async(std::launch::async, [&] { return with.ask("GET", "/policy?wait=60s&after=17"); });
  while (with.subscription.waiting() == 0) std::this_thread::yield();
  // Enough wait: the next one is answered at once.
  CHECK(json::parse(with.ask("GET", "/policy?wait=60s&after=17").body)["sequence"] == 17);
  with.view.policy.sequence = 18;
  with.subscription.publish(with.view.policy);
  CHECK(json::parse(waiting.get().body)["sequence"] == 18);
}

TEST_CASE("before the first document there is no policy to give") {
  Fixture with;
  healer::policy::PolicySubscription empty{2};
  with.view.policy = {};
  Api api{{.token = with.token,
           .events = with.events,
           .replies = with.replies,
           .receive_alerts = {},
           .view = [&] { return std::make_shared<const healer::View>(with.view); },
           .policy = empty,
           .report = {},
           .health = [] { return healer::Health{.overall = "healthy", .subsystems = {}, .error = ""}; },
           .force_check = {},
           .reports_folder = {},
           .metrics_page = {},
           .reload = {},
           .alive = {}}};
  base::http::Server server{{}, with.clock};
  api.add_routes(server);
  REQUIRE(server.listen("127.0.0.1:0"));
  for (const char* path :
       {"/policy", "/policy?wait=1ms", "/policy?wait=1ms&after=0", "/policy?after=17", "/health/system"}) {
    INFO(path);
    const auto answer = tests::ask(server, "GET", path, "", "");
    CHECK(answer.status == 503);
    CHECK(answer.headers.find("Retry-After")->second == "1");
    CHECK(answer.headers.find("Cache-Control")->second == "no-store");
    CHECK_THAT(answer.body, !Catch::Contains("allowed"));
  }
  auto waiting =
      std::async(std::launch::async, [&] { return tests::ask(server, "GET", "/policy?wait=60s", "", ""); });
  while (empty.waiting() == 0) std::this_thread::yield();
  healer::PolicyDocument first;
  first.sequence = 7;
  empty.publish(first);
  const auto answer = waiting.get();
  CHECK(answer.status == 200);
  CHECK(json::parse(answer.body)["sequence"] == 7);
}

TEST_CASE("a policy that the client has is not sent again") {
  Fixture with;
  const auto ask = [&](const std::string& path) {
    const base::http::Client client("http://127.0.0.1:" + std::to_string(with.server.port()),
                                    {.headers = {{"If-None-Match", "\"17\""}}});
    auto answer = client.get(path, base::Deadline::after(with.clock, 60s));
    REQUIRE(answer);
    return *answer;
  };
  const auto answer = ask("/policy?wait=1ms");
  CHECK(answer.status == 304);
  CHECK(answer.body.empty());
  with.view.policy.sequence = 18;
  with.subscription.publish(with.view.policy);
  CHECK(ask("/policy?wait=60s").status == 200);
}

TEST_CASE("a wait that is none is refused") {
  Fixture with;
  const auto path =
      GENERATE("/policy?wait=soon", "/policy?wait=2m", "/policy?wait=1s&after=x", "/policy?after=");
  CHECK(with.ask("GET", path).status == 400);
}

TEST_CASE("the report is served as it was written") {
  Fixture with;
  CHECK(with.ask("GET", "/api/v1/report").status == 503);
  with.report = "{\"summary\":\"fine\"}\n";
  CHECK(with.ask("GET", "/api/v1/report", "", "").body == "{\"summary\":\"fine\"}\n");
}

TEST_CASE("system health and a forced check say what is wrong") {
  Fixture with;
  const auto health = json::parse(with.ask("GET", "/health/system").body);
  CHECK(health["overall_status"] == "degraded");
  CHECK(health["safety_policy"] == "defensive_exit");
  CHECK(health["issues"] == 3);
  CHECK(health["critical_issues"] == 1);
  const auto checked = json::parse(with.ask("POST", "/health/force-check").body);
  CHECK(checked["status"] == "critical");
  CHECK(checked["timestamp"] == "2025-12-17T04:01:01.000Z");
  CHECK(checked["issues"].size() == 3);
  CHECK(checked["warnings"].empty());
  with.checked->warnings = {"collector containers: the engine does not answer"};
  const auto stale = json::parse(with.ask("POST", "/health/force-check").body);
  CHECK(stale["issues"].size() == 3);
  CHECK(stale["warnings"] == json::array({"collector containers: the engine does not answer"}));
  with.checked = base::fail("Alertmanager is away");
  const auto failed = with.ask("POST", "/health/force-check");
  CHECK(failed.status == 502);
  CHECK(json::parse(failed.body)["error"] == "Alertmanager is away");
}

TEST_CASE("everything that changes something needs the token") {
  const auto [method, path] = GENERATE(table<std::string, std::string>({
      {"POST", "/api/v1/incidents/INC-17/release"},
      {"POST", "/api/v1/pause"},
      {"DELETE", "/api/v1/pause"},
      {"POST", "/api/v1/policy/hold"},
      {"POST", "/api/v1/policy/release"},
      {"POST", "/health/force-check"},
      {"POST", "/-/reload"},
  }));
  Fixture with;
  CAPTURE(method, path);
  CHECK(with.ask(method, path, "", "").status == 401);
  CHECK(with.ask(method, path, "", "wrong").status == 401);
  CHECK(with.decider.seen().empty());
}

TEST_CASE("commands reach the decider with who, why and for how long") {
  Fixture with;
  CHECK(with.ask("POST", "/api/v1/pause", R"({"for":"1h","reason":"maintenance"})").status == 200);
  CHECK(with.ask("DELETE", "/api/v1/pause").status == 200);
  CHECK(with.ask("POST", "/api/v1/incidents/INC-17/release", R"({"reason":"mended"})").status == 200);
  CHECK(with.ask("POST", "/api/v1/policy/hold", R"({"policy":"defensive_exit","reason":"news"})").status ==
        200);
  CHECK(with.ask("POST", "/api/v1/policy/release").status == 200);
  const auto seen = with.decider.seen();
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].who == "alice");
  CHECK(seen[0].reason == "maintenance");
  CHECK(with.decider.seen<healer::PauseHealing>(0).length == 1h);
  CHECK(std::holds_alternative<healer::ResumeHealing>(seen[1].command));
  CHECK(with.decider.seen<healer::ReleaseIncident>(2).incident == "INC-17");
  CHECK(with.decider.seen<healer::HoldPolicy>(3).policy == healer::Policy::kDefensiveExit);
  CHECK(with.decider.seen<healer::HoldPolicy>(3).length == 0s);
  CHECK(std::holds_alternative<healer::ReleasePolicy>(seen[4].command));
}

TEST_CASE("what the decider refuses is a 409 in its words") {
  Fixture with;
  with.decider.answer(base::fail("INC-17 is not latched"));
  const auto answer = with.ask("POST", "/api/v1/incidents/INC-17/release");
  CHECK(answer.status == 409);
  CHECK(json::parse(answer.body)["error"] == "INC-17 is not latched");
}

TEST_CASE("a command that is wrong never reaches the decider") {
  const auto [path, body, status] = GENERATE(table<std::string, std::string, int>({
      {"/api/v1/pause", "", 400},
      {"/api/v1/pause", R"({"for":"1h"})", 400},
      {"/api/v1/pause", R"({"reason":"forgotten"})", 400},
      {"/api/v1/pause", R"({"for":"soon","reason":"x"})", 400},
      {"/api/v1/pause", R"({"for":"1h","reason":"x","who":"root"})", 400},
      {"/api/v1/pause", "not JSON", 400},
      {"/api/v1/policy/hold", R"({"policy":"strict","reason":"x"})", 400},
      {"/api/v1/policy/hold", R"({"policy":"defensive_exit"})", 400},
      {"/api/v1/policy/hold", R"({"policy":"defensive_exit","reason":"x","for":"-1h"})", 400},
      {"/api/v1/policy/release", "[]", 400},
      {"/api/v1/incidents/INC-99/release", "", 404},
      {"/api/v1/incidents/INC-17/release", R"({"reason":5})", 400},
  }));
  Fixture with;
  CAPTURE(path, body);
  CHECK(with.ask("POST", path, body).status == status);
  CHECK(with.decider.seen().empty());
}

TEST_CASE("a reload answers with the problems") {
  Fixture with;
  CHECK(with.ask("POST", "/-/reload").status == 200);
  with.reload_result = base::fail("healer.yml:3: stack: must be text");
  const auto answer = with.ask("POST", "/-/reload");
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, Catch::Contains("healer.yml:3"));
}

TEST_CASE("a test of the notifiers says what came of each") {
  Fixture with;
  CHECK(with.ask("POST", "/api/v1/notifications/test", "{}").status == 409);
  using Status = healer::notify::Delivery::Status;
  with.notifiers = {{"desk", {}}, {"mail", {Status::kRefused, "no such mailbox", std::nullopt}}};
  const auto both = with.ask("POST", "/api/v1/notifications/test", "{}");
  CHECK(both.status == 200);
  CHECK_THAT(both.body,
             Catch::Contains(R"({"error":"no such mailbox","notifier":"mail","outcome":"refused"})"));
  const auto one = with.ask("POST", "/api/v1/notifications/test", R"({"notifier":"desk"})");
  CHECK_THAT(one.body, !Catch::Contains("mail"));
  CHECK(with.ask("POST", "/api/v1/notifications/test", R"({"notifier":"pager"})").status == 404);
}

TEST_CASE("health and readiness follow the decider and the journal") {
  Fixture with;
  CHECK(with.ask("GET", "/-/healthy").status == 200);
  CHECK(with.ask("GET", "/-/ready").status == 200);
  with.alive = false;
  with.view.journal_ok = false;
  CHECK(with.ask("GET", "/-/healthy").status == 503);
  CHECK(with.ask("GET", "/-/ready").status == 503);
}

TEST_CASE("a stopping healer takes nothing that changes something, and still answers queries") {
  Fixture with;
  CHECK(with.ask("POST", "/api/v1/alerts", "{}").status == 200);
  with.api.stop_taking();
  CHECK(with.ask("POST", "/api/v1/alerts", "{}").status == 503);
  CHECK(with.ask("POST", "/api/v1/pause", R"({"for":"1h","reason":"x"})").status == 503);
  CHECK(with.ask("GET", "/-/ready").status == 503);
  CHECK(with.ask("GET", "/policy").status == 200);
  CHECK(with.decider.seen().empty());
}

TEST_CASE("the page for operators and the page for Prometheus have their types") {
  Fixture with;
  CHECK_THAT(with.ask("GET", "/").headers.find("Content-Type")->second, Catch::StartsWith("text/html"));
  const auto metrics = with.ask("GET", "/metrics");
  CHECK(metrics.body == "up 1\n");
  CHECK(metrics.headers.find("Content-Type")->second == "text/plain; version=0.0.4; charset=utf-8");
}

TEST_CASE("reports have a page of their own, and one that is none is not found") {
  Fixture with;
  const auto list = with.ask("GET", "/reports");
  CHECK_THAT(list.body, Catch::Contains("No report folder is configured"));
  CHECK(list.headers.find("Content-Security-Policy") != list.headers.end());
  CHECK(with.ask("GET", "/reports/..%2Fjournal.db").status == 400);
  CHECK(with.ask("GET", "/reports/none.md").status == 404);
}

TEST_CASE("policy, webhook and health checks are answered while every other thread waits") {
  Fixture with;
  std::latch leave(1);
  // Also when the test fails: the server waits for its threads.
  const std::unique_ptr<std::latch, void (*)(std::latch*)> at_end(
      &leave, [](std::latch* latch) { latch->count_down(); });
  std::atomic<int> inside = 0;
  with.check = [&] {
    ++inside;
    leave.wait();
    return with.checked;
  };
  std::vector<tests::RawClient> waiting;
  const auto ask_raw = [&](const std::string& method, const std::string& path) {
    waiting.emplace_back(with.server.port());
    waiting.back().send(
        fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sesame\r\n\r\n", method, path));
  };
  for (int i = 0; i < 100; ++i) ask_raw("POST", "/health/force-check");
  // What is written otherwise is no way into the threads of the policy.
  for (const char* path :
       {"/policy?wait=60s&after=17", "/policy?%77ait=60s&after=17", "/%70olicy?wait=60s&after=17"}) {
    for (int i = 0; i < 8; ++i) ask_raw("GET", path);
  }
  while (inside < 24) std::this_thread::yield();
  // Threads that began late have left places in the queue.
  for (int i = 0; i < 40; ++i) ask_raw("POST", "/health/force-check");
  CHECK(with.ask("GET", "/policy", "", "").status == 200);
  CHECK(with.ask("POST", "/api/v1/alerts").status == 200);
  CHECK(with.ask("GET", "/-/healthy", "", "").status == 200);
  CHECK(with.ask("GET", "/-/ready", "", "").status == 200);
  CHECK(with.ask("GET", "/metrics", "", "").status == 200);
  CHECK(with.ask("GET", "/", "", "").status == 200);
  // What finds no place is told so at once.
  CHECK(with.ask("POST", "/health/force-check").status == 503);
}

TEST_CASE("every answer forbids a browser to run anything and to show it in a frame") {
  Fixture with;
  for (const char* path :
       {"/", "/policy", "/metrics", "/reports", "/reports/none.md", "/nope", "/-/healthy"}) {
    CAPTURE(path);
    const auto answer = with.ask("GET", path, "", "");
    CHECK(answer.headers.find("X-Frame-Options")->second == "DENY");
    CHECK(answer.headers.find("X-Content-Type-Options")->second == "nosniff");
    CHECK(answer.headers.count("Content-Security-Policy") == 1);
    const std::string policy = answer.headers.find("Content-Security-Policy")->second;
    CHECK(policy.starts_with("default-src 'none'"));
    CHECK(policy.find("script") == std::string::npos);
  }
  CHECK(with.ask("POST", "/api/v1/pause", "", "").headers.contains("X-Frame-Options"));  // 401
  CHECK(with.ask("GET", "/", "", "").body.find(fmt::format("<style>{}</style>", healer::landing_style())) !=
        std::string::npos);
}

TEST_CASE("a page of another site cannot make a browser change anything") {
  Fixture with;
  for (const char* path : {"/-/reload", "/health/force-check", "/api/v1/pause", "/approvals/APR-17-1"}) {
    CAPTURE(path);
    tests::RawClient client(with.server.port());
    const auto answer =
        client.ask(fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n"
                               "Authorization: Bearer sesame\r\nContent-Length: 0\r\n\r\n",
                               path));
    CHECK(answer->status == 403);
  }
  CHECK(with.decider.seen().empty());
}
