#include "exporter/tail/containers/container_watch.h"

#include <atomic>
#include <future>

#include "base/http/server/server.h"
#include "base/os/file.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::ContainerWatch;
using exporter::tail::Notices;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

// Waits until what has come together satisfies.
template <class Enough>
Notices wait_for(ContainerWatch& watch, Enough enough) {
  Notices all;
  const auto deadline = base::Deadline::after(kClock, 30s);
  while (!deadline.passed()) {
    auto more = watch.wait(1s, {});
    if (more.containers) all.containers = std::move(more.containers);
    all.missed.insert(all.missed.end(), more.missed.begin(), more.missed.end());
    all.started.insert(all.started.end(), more.started.begin(), more.started.end());
    all.engine_answers = more.engine_answers;
    if (enough(all)) return all;
  }
  FAIL("nothing came");
  return all;
}

// Two containers, of which one is gone when it is inspected, and events that begin with the recorded ones and
// end at once.
struct Fixture {
  tests::TemporaryFolder folder;
  base::http::Server server{{}, kClock};

  std::string host() const { return "unix://" + folder.file("docker.sock"); }
  void serve(const std::string& events) {
    server.handle("GET", "/containers/json", [](const auto&) {
      return base::http::json(200, R"([{"Id":"a1","Names":["/bot"],"State":"running","Created":1765943000},
                                       {"Id":"b2","Names":["/gone"],"State":"exited","Created":1765943001}])");
    });
    server.handle("GET", "/containers/*/json", [](const base::http::Request& request) {
      if (request.captures.at(0) != "a1") return base::http::json(404, R"({"message":"No such container"})");
      return base::http::json(
          200,
          R"({"Id":"a1","Name":"/bot","Config":{"Tty":true},"HostConfig":{"LogConfig":{"Type":"local"}}})");
    });
    server.handle("GET", "/events", [events](const auto&) { return base::http::json(200, events); });
    REQUIRE(server.listen(host()));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "containers are listed, with what has to be known of their logs") {
  serve("");
  ContainerWatch watch(host(), kClock);
  const auto notices = wait_for(watch, [](const Notices& so_far) { return so_far.containers.has_value(); });
  REQUIRE(notices.containers->size() == 1);
  const auto& bot = notices.containers->front();
  CHECK(bot.id == "a1");
  CHECK(bot.name == "bot");
  CHECK(bot.tty);
  CHECK(bot.log_driver == "local");
  CHECK(bot.running);
  CHECK(bot.ever_started);
  CHECK(bot.created == base::WallTime(std::chrono::seconds(1765943000)));
  CHECK(notices.engine_answers);
}

TEST_CASE_METHOD(Fixture,
                 "starts are reported, and of a container that was gone before it was listed the name") {
  serve(
      R"({"Type":"container","Action":"start","Actor":{"ID":"a1","Attributes":{"name":"bot"}},"timeNano":1})"
      "\n"
      R"({"Type":"container","Action":"start","Actor":{"ID":"c3","Attributes":{"name":"brief"}},"timeNano":2})"
      "\n");
  ContainerWatch watch(host(), kClock);
  const auto notices = wait_for(watch, [](const Notices& so_far) { return !so_far.missed.empty(); });
  CHECK(notices.missed.front() == "brief");
  CHECK(std::ranges::find(notices.started, "a1") != notices.started.end());
}

TEST_CASE_METHOD(Fixture, "one that goes between the listing and a look at it was missed") {
  serve(
      R"({"Type":"container","Action":"start","Actor":{"ID":"b2","Attributes":{"name":"gone"}},"timeNano":1})"
      "\n");
  ContainerWatch watch(host(), kClock);
  const auto notices = wait_for(watch, [](const Notices& so_far) { return !so_far.missed.empty(); });
  CHECK(notices.missed.front() == "gone");
}

TEST_CASE_METHOD(Fixture, "one that was started after the listing was taken counts as started") {
  server.handle("GET", "/containers/json", [](const auto&) {
    return base::http::json(200, R"([{"Id":"a1","Names":["/bot"],"State":"created","Created":1765943000}])");
  });
  std::promise<void> told;
  std::atomic<bool> asked = false;
  server.handle("GET", "/containers/*/json", [&](const auto&) {
    // The start comes while it is looked at.
    if (!asked.exchange(true)) told.get_future().wait_for(20s);
    return base::http::json(
        200,
        R"({"Id":"a1","Name":"/bot","Config":{"Tty":false},"HostConfig":{"LogConfig":{"Type":"local"}}})");
  });
  server.handle("GET", "/events", [&](const auto&) {
    if (!asked) return base::http::json(200, "");
    return base::http::json(
        200,
        R"({"Type":"container","Action":"start","Actor":{"ID":"a1","Attributes":{"name":"bot"}},"timeNano":1})"
        "\n");
  });
  REQUIRE(server.listen(host()));
  ContainerWatch watch(host(), kClock);
  wait_for(watch, [](const Notices& so_far) { return !so_far.started.empty(); });
  told.set_value();
  const auto notices = wait_for(watch, [](const Notices& so_far) { return so_far.containers.has_value(); });
  REQUIRE(notices.containers->size() == 1);
  CHECK(notices.containers->front().ever_started);
}

TEST_CASE_METHOD(Fixture, "an engine that does not answer is reported, and that it does again") {
  ContainerWatch watch(host(), kClock);
  wait_for(watch, [](const Notices& so_far) { return !so_far.engine_answers; });
  serve("");
  wait_for(watch, [](const Notices& so_far) { return so_far.engine_answers && so_far.containers; });
}

TEST_CASE_METHOD(Fixture, "whether json-file compresses what it rotates is known") {
  const auto [config, compressed] = GENERATE(table<std::string, bool>({
      {R"({"compress":"true","max-size":"20k"})", true},
      {R"({"compress":"false"})", false},
      {"{}", false},
      {"null", false},
  }));
  CAPTURE(config);
  server.handle("GET", "/containers/json", [](const auto&) {
    return base::http::json(200, R"([{"Id":"a1","Names":["/bot"],"State":"running","Created":1765943000}])");
  });
  server.handle("GET", "/containers/*/json", [config](const auto&) {
    return base::http::json(
        200, R"({"Id":"a1","HostConfig":{"LogConfig":{"Type":"json-file","Config":)" + config + "}}}");
  });
  server.handle("GET", "/events", [](const auto&) { return base::http::json(200, ""); });
  REQUIRE(server.listen(host()));
  ContainerWatch watch(host(), kClock);
  const auto notices = wait_for(watch, [](const Notices& so_far) { return so_far.containers.has_value(); });
  REQUIRE(notices.containers->size() == 1);
  CHECK(notices.containers->front().log_compressed == compressed);
}
