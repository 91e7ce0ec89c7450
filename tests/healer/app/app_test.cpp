#include "healer/app/app.h"

#include <condition_variable>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "healer/model/policy/policy_document.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/fake_engine.h"

using healer::App;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kDelivery =
    R"({"version":"4","groupKey":"k","status":"firing","alerts":[{"status":"firing",
  "labels":{"alertname":"ContainerDown","container":"quantum_redis","heal":"restart","severity":"warning"},
  "annotations":{},"startsAt":"2025-12-17T04:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f1"}]})";

// A healer with a folder of its own, whose Docker Engine answers and whose Prometheus and Alertmanager do
// not.
struct Fixture {
  tests::FakeEngine engine;
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  base::Flags flags;
  std::unique_ptr<App> app;

  Fixture() {
    folder.write("token", "sesame\n");
    std::filesystem::permissions(folder.file("token"), std::filesystem::perms::owner_read);
    folder.write("subsystems.yml",
                 "subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]\n"
                 "containers: [quantum_redis, quantum_postgres]\n");
    configure("10m");
    flags.config_file = folder.file("healer.yml");
    flags.subsystems_file = folder.file("subsystems.yml");
    flags.listen_address = "unix://" + folder.file("healer.sock");
  }
  void configure(const std::string& cooldown) {
    folder.write(
        "healer.yml",
        fmt::format(
            "alertmanager_url: http://127.0.0.1:1\nprometheus_url: http://127.0.0.1:1\n"
            "exporter_url: http://127.0.0.1:1\ntoken_file: token\ndata_dir: data\ndocker_host: {}\n"
            "action_workers: 1\nguards: {{startup_grace: 0s}}\n"
            "policy: {{file: data/policy.json}}\nplaybooks:\n"
            "  - {{name: restart, accepts: [ContainerDown], cooldown: {}, "
            "rungs: [{{action: container_restart, parameters: {{settle: 0s}}}}], verify: {{within: 10m}}}}\n",
            engine.host(), cooldown));
  }
  base::Result<std::unique_ptr<App>> try_start() {
    base::yaml::Problems problems;
    auto setup = healer::read_setup(flags.config_file, flags.subsystems_file, clock, problems);
    REQUIRE(problems.str() == "");
    return App::start(flags, std::move(setup), clock);
  }
  void start() {
    auto started = try_start();
    REQUIRE(started);
    app = std::move(*started);
    // The first document follows the start within a moment.
    const auto published = base::Deadline::after(clock, 10s);
    while ((ask("GET", "/policy").status == 503 || ask("GET", "/health/system").status == 503) &&
           !published.passed())
      std::this_thread::yield();
  }
  base::http::Response ask(const std::string& method, const std::string& path, std::string_view body = "",
                           bool with_token = true) {
    base::http::Headers headers;
    if (with_token) headers.emplace("Authorization", "Bearer sesame");
    auto answer = base::http::Client(flags.listen_address, {.headers = headers})
                      .send(method, path, body, "application/json", base::Deadline::after(clock, 10s));
    REQUIRE(answer);
    return *answer;
  }
  json incidents() { return json::parse(ask("GET", "/api/v1/incidents").body)["data"]; }
  // Asks again until the story of an incident of the container holds the moment.
  bool story_reaches(const std::string& what, const std::string& container = "quantum_redis") {
    const auto deadline = base::Deadline::after(clock, 20s);
    while (!deadline.passed()) {
      for (const json& incident : incidents()) {
        if (incident["target"]["name"] != container) continue;
        for (const json& moment : incident["timeline"]) {
          if (moment["what"] == what) return true;
        }
      }
      std::this_thread::yield();
    }
    return false;
  }
};

}  // namespace

TEST_CASE("an alert becomes an action, and both are remembered by the next healer") {
  Fixture with;
  with.start();
  CHECK(with.ask("GET", "/-/ready").status == 200);
  REQUIRE(with.ask("POST", "/api/v1/alerts", kDelivery).status == 200);
  REQUIRE(with.story_reaches("verifying"));
  CHECK(with.engine.commands() == std::vector<std::string>{"restart quantum_redis"});
  CHECK_THAT(with.ask("GET", "/metrics").body,
             Catch::Contains(R"(salus_actions_total{action="container_restart",outcome="success"} 1)"));
  CHECK(with.app->stop());
  with.app.reset();

  with.start();
  const json after = with.incidents();
  REQUIRE(after.size() == 1);
  CHECK(after[0]["actions"] == 1);
  CHECK(with.ask("POST", "/api/v1/alerts", kDelivery).status == 200);
  CHECK(with.engine.commands().size() == 1);
  CHECK(std::filesystem::exists(with.folder.file("data/policy.json")));
}

TEST_CASE("a stop lets the running action end, and its outcome is durable") {
  Fixture with;
  with.start();
  with.engine.hold();
  REQUIRE(with.ask("POST", "/api/v1/alerts", kDelivery).status == 200);
  while (with.engine.commands().empty()) std::this_thread::yield();
  bool ended = false;
  std::jthread stopping([&] { ended = with.app->stop(); });
  while (with.ask("GET", "/-/ready").status != 503) std::this_thread::yield();
  CHECK(with.ask("POST", "/api/v1/alerts", kDelivery).status == 503);
  with.engine.let_go();
  stopping.join();
  CHECK(ended);
  with.app.reset();

  with.start();
  CHECK(with.story_reaches("action_succeeded"));
  CHECK(with.engine.commands().size() == 1);
}

TEST_CASE("an action that was ordered and not started when the healer stopped is reported as failed") {
  Fixture with;
  with.start();
  with.engine.hold();
  REQUIRE(with.ask("POST", "/api/v1/alerts", kDelivery).status == 200);
  while (with.engine.commands().empty()) std::this_thread::yield();
  std::string second(kDelivery);
  second.replace(second.find("quantum_redis"), std::string_view("quantum_redis").size(), "quantum_postgres");
  second.replace(second.find("\"f1\""), 4, "\"f2\"");
  REQUIRE(with.ask("POST", "/api/v1/alerts", second).status == 200);
  REQUIRE(with.story_reaches("running", "quantum_postgres"));
  std::jthread stopping([&] { CHECK(with.app->stop()); });
  // While the first still runs.
  CHECK(with.story_reaches("action_failed", "quantum_postgres"));
  with.engine.let_go();
  stopping.join();
  with.app.reset();

  with.start();
  CHECK(with.story_reaches("action_succeeded", "quantum_redis"));
  CHECK(with.story_reaches("action_failed", "quantum_postgres"));
  CHECK(with.engine.commands().size() == 1);
  CHECK(with.ask("GET", "/api/v1/incidents").body.find("not started: the healer is stopping") !=
        std::string::npos);
}

TEST_CASE("without the token no alert is taken") {
  Fixture with;
  with.start();
  CHECK(with.ask("POST", "/api/v1/alerts", kDelivery, false).status == 401);
  CHECK(with.incidents().empty());
}

TEST_CASE("an operator's command is answered when it is durable") {
  Fixture with;
  with.start();
  CHECK(with.ask("POST", "/api/v1/pause", R"({"for":"1h","reason":"maintenance"})").status == 200);
  CHECK(json::parse(with.ask("GET", "/api/v1/pause").body)["data"]["paused"] == true);
  REQUIRE(with.ask("POST", "/api/v1/alerts", kDelivery).status == 200);
  REQUIRE(with.story_reaches("gated"));
  CHECK(with.engine.commands().empty());
  CHECK(with.ask("DELETE", "/api/v1/pause").status == 200);
  REQUIRE(with.story_reaches("verifying"));
}

TEST_CASE("a second healer on the same journal does not start") {
  Fixture with;
  with.start();
  with.flags.listen_address = "unix://" + with.folder.file("second.sock");
  const auto second = with.try_start();
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error().message, Catch::Contains("journal"));
}

TEST_CASE("an address in use, a missing token and a folder that cannot be are reported") {
  Fixture with;
  const auto [file, content, words] = GENERATE(table<std::string, std::string, std::string>({
      {"token", "", "token_file"},
      {"data", "a file where the folder should be", "data_dir"},
  }));
  std::filesystem::remove(with.folder.file(file));
  with.folder.write(file, content);
  const auto started = with.try_start();
  REQUIRE_FALSE(started);
  CHECK_THAT(started.error().message, Catch::Contains(words));
}

TEST_CASE("a wrong configuration changes nothing at a reload, and is seen") {
  Fixture with;
  with.start();
  with.configure("5x");
  const auto refused = with.ask("POST", "/-/reload");
  CHECK(refused.status == 400);
  CHECK_THAT(refused.body, Catch::Contains("5x") && Catch::Contains("is not a duration"));
  CHECK_THAT(with.ask("GET", "/metrics").body,
             Catch::Contains("\nsalus_healer_config_last_reload_successful 0"));
  with.configure("5s");
  CHECK(with.ask("POST", "/-/reload").status == 200);
  CHECK_THAT(with.ask("GET", "/metrics").body,
             Catch::Contains("\nsalus_healer_config_last_reload_successful 1"));
}

TEST_CASE("a reload takes up another token") {
  Fixture with;
  with.start();
  std::filesystem::remove(with.folder.file("token"));
  with.folder.write("token", "changed\n");
  std::filesystem::permissions(with.folder.file("token"), std::filesystem::perms::owner_read);
  REQUIRE(with.app->reload());
  CHECK(with.ask("POST", "/api/v1/alerts", kDelivery).status == 401);
}

TEST_CASE("a healer without its monitoring says so and does not allow new positions") {
  Fixture with;
  with.start();
  const json health = json::parse(with.ask("GET", "/health/system").body);
  CHECK(health["overall_status"] == "unknown");
  CHECK(health["trading_allowed"] == false);
  CHECK(with.ask("POST", "/health/force-check").status == 502);
}
