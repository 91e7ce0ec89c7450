#include "healer/actions/containers/container_rollback.h"

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/http/server/server.h"
#include "base/text/json.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using Json = nlohmann::json;
using Commands = std::vector<std::string>;
using namespace std::chrono_literals;

// What a real engine does is tested by container_rollback_test.py.
namespace {

const healer::Target kBot{"container", "bot"};

// An engine that keeps containers by name and images, as far as a rollback speaks to it.
class Engine {
 public:
  Engine() {
    server_.before([this](const base::http::Request& request) -> std::optional<base::http::Response> {
      const std::lock_guard lock(mutex_);
      return answer(request);
    });
    REQUIRE(server_.listen("unix://" + folder_.file("docker.sock")));
    add("bot", "old-000000000", "sha256:new");
    images["sha256:new"] = {{"repo", "app"}, {"tags", {"app:latest"}}};
    images["sha256:prev"] = {{"repo", "app"}, {"tags", Json::array()}};
    images["sha256:other"] = {{"repo", "web"}, {"tags", Json::array()}};
  }

  void add(const std::string& name, const std::string& id, const std::string& image,
           const std::string& rolled_back_from = "") {
    containers[name] = {
        {"Id", id},
        {"Name", "/" + name},
        {"Image", image},
        {"Config", {{"Image", "app:latest"}, {"Env", {"MODE=live"}}, {"Labels", Json::object()}}},
        {"HostConfig", {{"NetworkMode", "host"}, {"AutoRemove", false}}},
        {"Mounts", Json::array()},
        {"State", {{"Status", "running"}}},
        {"RestartCount", 0}};
    if (!rolled_back_from.empty())
      containers[name]["Config"]["Labels"]["salus.rollback_of"] = rolled_back_from;
  }
  std::string host() const { return "unix://" + folder_.file("docker.sock"); }

  std::map<std::string, Json> containers;  // by name; touched by the test only while nothing runs
  std::map<std::string, Json> images;
  Json started = {{"Status", "running"}};  // what a started new container is like
  std::string refuses;                     // the command that the engine fails at
  Commands commands;
  Json created;
  std::string listed = "[]";
  Commands stop_timeouts;  // of each command

 private:
  static base::http::Response gone() { return base::http::json(404, R"({"message":"no such thing"})"); }

  std::string named(const std::string& reference) const {
    for (const auto& [name, container] : containers) {
      if (name == reference || container["Id"] == reference) return name;
    }
    return "";
  }

  base::http::Response answer(const base::http::Request& request) {
    const std::string& path = request.path;
    if (path == "/images/json") return list_images();
    if (path.starts_with("/images/")) {
      const std::string id = path.substr(8, path.size() - 8 - 5);
      return images.contains(id) ? base::http::json(200, Json{{"Id", id}, {"Config", Json::object()}}.dump())
                                 : gone();
    }
    if (path == "/containers/create") return create(*request.parameter("name"), request.body);
    if (path == "/containers/json") return base::http::json(200, listed);
    const std::string rest = path.substr(12);
    const std::string name = named(rest.substr(0, rest.find('/')));
    const std::string verb = rest.find('/') == std::string::npos ? "remove" : rest.substr(rest.find('/') + 1);
    if (name.empty()) return gone();
    if (verb == "json") return base::http::json(200, containers[name].dump());
    commands.push_back(verb + " " + name);
    if (refuses == commands.back()) return base::http::json(500, R"({"message":"out of order"})");
    stop_timeouts.push_back(request.parameter("t").value_or("its own"));
    if (verb == "stop") containers[name]["State"] = {{"Status", "exited"}};
    if (verb == "start") {
      const bool made = containers[name]["Id"] == "made-00000000";
      containers[name]["State"] = made ? started : Json{{"Status", "running"}};
    }
    if (verb == "remove") containers.erase(name);
    if (verb == "rename") {
      containers[*request.parameter("name")] = containers[name];
      containers.erase(name);
    }
    return base::http::json(204, "");
  }

  base::http::Response list_images() const {
    Json list = Json::array();
    for (const auto& [id, image] : images) {
      list.push_back({{"Id", id},
                      {"RepoTags", image["tags"]},
                      {"RepoDigests", {image["repo"].get<std::string>() + "@" + id}}});
    }
    return base::http::json(200, list.dump());
  }

  base::http::Response create(const std::string& name, const std::string& body) {
    commands.push_back("create " + name);
    if (refuses == commands.back()) return base::http::json(500, R"({"message":"out of order"})");
    created = Json::parse(body);
    add(name, "made-00000000", created["Image"], created["Labels"]["salus.rollback_of"]);
    return base::http::json(201, R"({"Id":"made-00000000"})");
  }

  tests::TemporaryFolder folder_;
  base::SystemClock clock_;
  std::mutex mutex_;
  base::http::Server server_{{}, clock_};
};

struct Fixture {
  Engine engine;
  base::SystemClock clock;
  base::docker::Engine docker{engine.host()};

  base::Result<healer::actions::Outcome> run(const std::string& parameters = "{settle: 0s}") {
    const auto compiled = tests::compile("container_rollback", parameters, {docker, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run(kBot, base::Deadline::after(clock, 60s));
  }
};

const Commands kWhole{"stop bot", "rename bot", "create bot", "start bot", "remove bot.salus-old"};

}  // namespace

TEST_CASE_METHOD(Fixture, "a container is recreated from the image that its tag has left") {
  const auto outcome = run();
  if (!outcome) FAIL(outcome.error().message);
  CHECK(outcome->detail ==
        "container bot runs image sha256:prev; its previous image was sha256:new (app:latest)");
  CHECK(engine.commands == kWhole);
  CHECK(engine.created["Image"] == "sha256:prev");
  CHECK(engine.created["Env"] == Json{"MODE=live"});
  CHECK(engine.created["HostConfig"]["NetworkMode"] == "host");
  CHECK(engine.containers.size() == 1);
}

TEST_CASE_METHOD(Fixture, "a new container that is worse is removed, and the old one runs again") {
  const auto [state, why] = GENERATE(table<Json, std::string>({
      {{{"Status", "exited"}, {"ExitCode", 3}}, "it exited with code 3"},
      {{{"Status", "running"}, {"Health", {{"Status", "unhealthy"}}}}, "it is unhealthy"},
      {{{"Status", "running"}, {"Health", {{"Status", "starting"}}}}, "it did not become healthy in time"},
  }));
  engine.started = state;
  const auto outcome = run("{settle: 0s, healthy_within: 100ms}");
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message ==
        "rollback of container bot failed: " + why + "; the old container runs again");
  REQUIRE(engine.containers.size() == 1);
  CHECK(engine.containers["bot"]["Id"] == "old-000000000");
  CHECK(engine.containers["bot"]["State"]["Status"] == "running");
}

TEST_CASE_METHOD(Fixture, "whatever the engine fails at, the old container runs again") {
  engine.refuses = GENERATE("stop bot", "rename bot", "create bot");
  const auto outcome = run();
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message,
             Catch::Contains("out of order; the old container runs again") ||
                 Catch::Contains("out of order; the old container could not be restored"));
  REQUIRE(engine.containers.contains("bot"));
  CHECK(engine.containers["bot"]["Id"] == "old-000000000");
  CHECK(engine.containers["bot"]["State"]["Status"] == "running");
}

TEST_CASE_METHOD(Fixture, "a run that was stopped half-way is taken up where it was") {
  SECTION("after the old one was renamed") {
    engine.containers["bot.salus-old"] = engine.containers["bot"];
    engine.containers.erase("bot");
    REQUIRE(run());
    CHECK(engine.commands == Commands{"create bot", "start bot", "remove bot.salus-old"});
  }
  SECTION("after the new one was made") {
    engine.containers["bot.salus-old"] = engine.containers["bot"];
    engine.add("bot", "made-00000000", "sha256:prev", "old-000000000");
    REQUIRE(run());
    CHECK(engine.commands == Commands{"start bot", "remove bot.salus-old"});
  }
  SECTION("before the new one was whole") {
    engine.containers["bot.salus-old"] = engine.containers["bot"];
    engine.add("bot", "made-00000000", "sha256:prev", "old-000000000");
    engine.containers["bot"]["State"]["Status"] = "created";
    REQUIRE(run());
    CHECK(engine.commands == Commands{"remove bot", "create bot", "start bot", "remove bot.salus-old"});
  }
  SECTION("after all of it") {
    engine.add("bot", "made-00000000", "sha256:prev", "old-000000000");
    const auto outcome = run("{image: 'sha256:prev'}");
    REQUIRE(outcome);
    CHECK_THAT(outcome->detail, Catch::Contains("already"));
    CHECK(engine.commands.empty());
  }
}

TEST_CASE_METHOD(Fixture, "a rollback that cannot be is refused, and nothing is touched") {
  std::string parameters = "{settle: 0s}";
  std::string why;
  SECTION("no former image") {
    engine.images.erase("sha256:prev");
    why = "has no previous images of app: set `image`";
  }
  SECTION("several former images") {
    engine.images["sha256:older"] = engine.images["sha256:prev"];
    why = "has several previous images of app";
  }
  SECTION("an image that is not there") {
    parameters = "{image: 'app:previous'}";
    why = "the engine has no image app:previous";
  }
  SECTION("the image that it runs") {
    parameters = "{image: 'sha256:new'}";
    why = "bot already runs sha256:new";
  }
  SECTION("a container that the engine removes by itself") {
    engine.containers["bot"]["HostConfig"]["AutoRemove"] = true;
    why = "(--rm)";
  }
  SECTION("a paused container") {
    engine.containers["bot"]["State"]["Status"] = "paused";
    why = "docker unpause bot";
  }
  SECTION("a container whose network another one uses") {
    engine.listed = R"([{"Id":"s","Names":["/side"],"State":"running",)"
                    R"("HostConfig":{"NetworkMode":"container:old-000000000"}}])";
    why = "side would lose the network";
  }
  SECTION("no container") {
    engine.containers.clear();
    why = "there is no container bot";
  }
  SECTION("another container under the kept name") {
    engine.add("bot.salus-old", "somebody-else", "sha256:new");
    why = "container bot.salus-old exists already";
  }
  const auto outcome = run(parameters);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains(why));
  CHECK(engine.commands.empty());
}

TEST_CASE("a rollback needs the time to undo itself") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = tests::compile("container_rollback", "{image: 'app:previous'}", {nowhere, clock});
  CHECK(compiled.action->shortest_timeout() == 60s);
  CHECK(compiled.action->describe(kBot) ==
        "recreate container bot from image app:previous with the same configuration; the old container is "
        "restored unless the new one becomes healthy");
}

TEST_CASE_METHOD(Fixture, "both the old container and a worse new one have their own time to end") {
  engine.containers["bot"]["Config"]["StopTimeout"] = 300;
  engine.started = {{"Status", "running"}, {"Health", {{"Status", "unhealthy"}}}};
  const auto compiled =
      tests::compile("container_rollback", "{settle: 0s, stop_timeout: 1s}", {docker, clock});
  const auto outcome =
      compiled.action->run(kBot, base::Deadline::after(clock, compiled.action->shortest_timeout()));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::EndsWith("it is unhealthy; the old container runs again"));
  CHECK(engine.commands == Commands{"stop bot", "rename bot", "create bot", "start bot", "stop bot",
                                    "remove bot", "rename bot.salus-old", "start bot"});
  CHECK(std::ranges::count(engine.stop_timeouts, "its own") == std::ssize(engine.stop_timeouts));
}

TEST_CASE_METHOD(Fixture, "the tag of the container's own repository says which image it goes back to") {
  engine.images["app:previous"] = {{"repo", "app"}, {"tags", {"app:previous"}}};
  engine.images["web:previous"] = {{"repo", "web"}, {"tags", {"web:previous"}}};
  REQUIRE(run("{settle: 0s, tag: previous}"));
  CHECK(engine.commands == kWhole);
  CHECK(engine.created["Image"] == "app:previous");
}

TEST_CASE_METHOD(Fixture, "without such a tag it is the image that the tag moved on from") {
  REQUIRE(run("{settle: 0s, tag: previous}"));
  CHECK(engine.created["Image"] == "sha256:prev");
}

TEST_CASE("a tag is one, and stands alone") {
  const auto [parameters, problem] = GENERATE(table<std::string, std::string>({
      {"{tag: 'a b'}", "\"a b\" is not an image's tag"},
      {"{tag: ../x}", "\"../x\" is not an image's tag"},
      {"{tag: previous, image: 'app:1'}", "has no effect beside image"},
  }));
  Fixture fixture;
  const auto compiled = tests::compile("container_rollback", parameters, {fixture.docker, fixture.clock});
  CHECK_THAT(compiled.problems, Catch::Contains(problem));
}
