#include "exporter/collectors/containers/containers.h"

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/fake_engine.h"
#include "tests/exporter/golden.h"
#include "tests/exporter/shared_state.h"
#include "tests/fakes/fake_clock.h"

using Catch::Matchers::Contains;
using exporter::collectors::ContainersCollector;

namespace {

struct Fixture {
  tests::FakeClock clock;
  tests::SharedState state{clock};
  std::shared_ptr<tests::EngineState> engine = std::make_shared<tests::EngineState>();
  ContainersCollector::Options options{.declared = {"quantum_trading_bot", "quantum_redis"}};

  base::Deadline deadline() const { return base::Deadline::after(clock, std::chrono::seconds(3)); }
  ContainersCollector collector() {
    return {options, std::make_unique<tests::FakeEngine>(engine), state.shared};
  }
  std::string page(ContainersCollector& collector) {
    auto families = collector.collect(deadline());
    REQUIRE(families);
    return base::expose(std::move(*families));
  }
  std::string page() {
    auto once = collector();
    return page(once);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "containers in every state, with names that need escaping") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "sick"), tests::running_container("ccc", "crashed"),
                        tests::running_container("ddd", "quote\"back\\slash\nline\xff")};
  engine->containers[0].memory_limit = 1 << 20;
  engine->containers[1].health = "unhealthy";
  engine->containers[2].state = "restarting";
  engine->containers[2].running = false;
  engine->containers[2].exit_code = 137;
  engine->containers[2].finished = base::WallTime(std::chrono::seconds(1765943500));
  engine->containers[3].state = "created";
  engine->containers[3].running = false;
  engine->containers[3].started.reset();
  engine->containers[3].image = "registry/\"odd\"\\image";
  engine->containers[0].environment_names = {"API_KEY"};
  engine->containers[0].image_id = "sha256:new";
  engine->containers[1].image_id = "sha256:old";
  engine->images = {{.id = "sha256:new", .tags = {"busybox:latest"}, .digests = {}, .created = {}}};
  options.env = {{"quantum_trading_bot", {"API_KEY", "API_SECRET"}}};
  state.counters.connected(clock.now().wall);
  state.counters.apply(
      {.time = clock.now().wall, .action = "oom", .id = "ccc", .name = "crashed", .attributes = {}});
  const auto text = page();
  REQUIRE(tests::page_difference("containers.prom", text) == "");
}

TEST_CASE_METHOD(Fixture, "a declared container that does not exist is expected and does not run") {
  const auto text = page();
  REQUIRE_THAT(text, Contains("salus_container_expected{container=\"quantum_redis\"} 1\n"));
  REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_redis\"} 0\n"));
  REQUIRE_THAT(text, Contains("salus_container_restarts_total{container=\"quantum_redis\"} 0\n"));
  REQUIRE_THAT(text, Contains("salus_container_oom_kills_total{container=\"quantum_redis\"} 0\n"));
  REQUIRE_THAT(text, !Contains("salus_container_info{container=\"quantum_redis\""));
}

TEST_CASE_METHOD(Fixture, "a container that vanishes between list and inspection does no harm") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "quantum_redis")};
  engine->vanishing = {"aaa"};
  const auto text = page();
  REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_trading_bot\"} 0\n"));
  REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_redis\"} 1\n"));
}

TEST_CASE_METHOD(Fixture,
                 "a container whose inspection hangs is known from the list, and comes last from then on") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "quantum_redis")};
  engine->hanging = {"aaa"};
  auto one = collector();
  const auto text = page(one);
  REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_trading_bot\"} 1\n"));
  REQUIRE_THAT(text, Contains("salus_container_read_success{container=\"quantum_trading_bot\"} 0\n"));
  REQUIRE_THAT(text, !Contains("salus_container_health{container=\"quantum_trading_bot\""));
  REQUIRE_THAT(text, Contains("salus_container_read_success{container=\"quantum_redis\"} 1\n"));
  engine->inspected.clear();
  page(one);
  REQUIRE(engine->inspected == std::vector<std::string>{"bbb", "aaa"});
}

TEST_CASE_METHOD(
    Fixture, "what an inspection that hangs said before is shown while it holds and the state is the same") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "quantum_redis")};
  engine->containers[0].health = "healthy";
  auto one = collector();
  page(one);
  engine->hanging = {"aaa"};
  const std::string healthy =
      "salus_container_health{container=\"quantum_trading_bot\",health=\"healthy\"} 1\n";

  SECTION("for three intervals") {
    clock.advance(options.holds);
    const auto text = page(one);
    REQUIRE_THAT(text, Contains(healthy));
    REQUIRE_THAT(text, Contains("salus_container_read_success{container=\"quantum_trading_bot\"} 0\n"));
    clock.advance(std::chrono::nanoseconds(1));
    REQUIRE_THAT(page(one), !Contains(healthy));
  }
  SECTION("but not in another state") {
    engine->containers[0].state = "exited";
    const auto text = page(one);
    REQUIRE_THAT(text, !Contains(healthy));
    REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_trading_bot\"} 0\n"));
  }
}

TEST_CASE_METHOD(Fixture, "an engine that answers for no container at all is a failed run") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot")};
  engine->hanging = {"aaa"};
  const auto families = collector().collect(deadline());
  REQUIRE_FALSE(families);
  REQUIRE(families.error().message == "inspect containers: inspect aaa: timed out");
}

TEST_CASE_METHOD(Fixture, "an engine that does not list is a failed run") {
  engine->list_error = "timed out";
  const auto families = collector().collect(deadline());
  REQUIRE_FALSE(families);
  REQUIRE(families.error().message == "list containers: timed out");
}

TEST_CASE_METHOD(Fixture, "only declared containers where that is configured") {
  options.all = false;
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "stranger")};
  const auto text = page();
  REQUIRE_THAT(text, Contains("quantum_trading_bot"));
  REQUIRE_THAT(text, !Contains("stranger"));
}

TEST_CASE_METHOD(Fixture, "required variables are there, missing, or unknown where an inspection hangs") {
  options.env = {{"quantum_trading_bot", {"API_KEY", "API_SECRET"}},
                 {"quantum_redis", {"PASSWORD"}},
                 {"gone", {"TOKEN"}}};
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot"),
                        tests::running_container("bbb", "quantum_redis")};
  engine->containers[0].environment_names = {"PATH", "API_KEY"};
  engine->hanging = {"bbb"};
  const auto text = page();
  const std::string present = "salus_container_env_present{container=";
  REQUIRE_THAT(text, Contains(present + "\"quantum_trading_bot\",variable=\"API_KEY\"} 1\n"));
  REQUIRE_THAT(text, Contains(present + "\"quantum_trading_bot\",variable=\"API_SECRET\"} 0\n"));
  REQUIRE_THAT(text, Contains(present + "\"gone\",variable=\"TOKEN\"} 0\n"));
  REQUIRE_THAT(text, !Contains(present + "\"quantum_redis\""));
}

TEST_CASE_METHOD(Fixture, "what was seen is passed on for as long as it holds") {
  engine->containers = {tests::running_container("aaa", "quantum_trading_bot")};
  page();
  const auto passed = base::Deadline::after(clock, std::chrono::seconds(0));
  REQUIRE(state.containers.newest(clock, passed)->containers.size() == 1);
  clock.advance(options.holds);
  REQUIRE(state.containers.newest(clock, passed));
  clock.advance(std::chrono::nanoseconds(1));
  REQUIRE_FALSE(state.containers.newest(clock, passed));
}

TEST_CASE_METHOD(Fixture, "images that the engine does not report cost no fact of the containers") {
  engine->containers = {tests::running_container("aaa", "quantum_redis")};
  engine->images_error = "timed out";
  const auto text = page();
  REQUIRE_THAT(text, Contains("salus_container_running{container=\"quantum_redis\"} 1\n"));
  REQUIRE_THAT(text, !Contains("salus_container_image_current{"));
}

TEST_CASE_METHOD(Fixture, "images are asked for once a minute") {
  engine->containers = {tests::running_container("aaa", "quantum_redis")};
  engine->containers[0].image_id = "sha256:old";
  engine->images = {{.id = "sha256:old", .tags = {"busybox:latest"}, .digests = {}, .created = {}}};
  auto collector = this->collector();
  const std::string current = "salus_container_image_current{container=\"quantum_redis\"} ";
  REQUIRE_THAT(page(collector), Contains(current + "1\n"));
  engine->images[0].id = "sha256:new";
  clock.advance(std::chrono::seconds(59));
  REQUIRE_THAT(page(collector), Contains(current + "1\n"));
  clock.advance(std::chrono::seconds(1));
  REQUIRE_THAT(page(collector), Contains(current + "0\n"));
}
