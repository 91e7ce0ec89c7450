#include "exporter/collectors/containers/container_usage.h"

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/fake_engine.h"
#include "tests/exporter/golden.h"
#include "tests/exporter/shared_state.h"
#include "tests/fakes/fake_clock.h"

using exporter::collectors::ContainerUsageCollector;

namespace {

struct Fixture {
  tests::FakeClock clock;
  tests::SharedState state{clock};
  std::shared_ptr<tests::EngineState> engine = std::make_shared<tests::EngineState>();

  base::Result<std::vector<prometheus::MetricFamily>> collect() {
    ContainerUsageCollector collector({tests::fixture("cgroup/v2/proc"), tests::fixture("cgroup/v2/sys")},
                                      std::make_unique<tests::FakeEngine>(engine), state.shared);
    return collector.collect(base::Deadline::after(clock, std::chrono::seconds(3)));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "usage comes from control groups, else from the engine, else it is absent") {
  exporter::collectors::ContainerTable table{.containers = {tests::running_container("abc123", "by_cgroup"),
                                                            tests::running_container("bbb", "by_engine"),
                                                            tests::running_container("ccc", "by_nobody"),
                                                            tests::running_container("ddd", "stopped")},
                                             .seen = clock.now().mono,
                                             .holds = std::chrono::seconds(15)};
  table.containers[0].pid = 42;
  table.containers[3].running = false;
  engine->stats["bbb"] = {
      .cpu_ns = 1'500'000'000, .memory_usage = 3000, .memory_inactive_file = 1000, .memory_limit = 0};
  engine->stats["ddd"] = engine->stats["bbb"];
  state.containers.publish(std::move(table));
  auto families = collect();
  REQUIRE(families);
  const auto text = base::expose(std::move(*families));
  REQUIRE(tests::page_difference("container_usage.prom", text) == "");
}

TEST_CASE_METHOD(Fixture, "without a recent look at the containers there is no usage") {
  const auto none = collect();
  REQUIRE_FALSE(none);
  REQUIRE(none.error().message == "no recent container list from the containers collector");
  state.containers.publish({.containers = {}, .seen = clock.now().mono, .holds = std::chrono::seconds(15)});
  REQUIRE(collect());
  clock.advance(std::chrono::seconds(16));
  REQUIRE_FALSE(collect());
}
