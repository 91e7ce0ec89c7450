#include "exporter/tail/registry.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using exporter::tail::Registry;

TEST_CASE("a source that is opened goes on from what was durable of it, once") {
  const tests::FakeClock clock;
  Registry registry(clock);
  exporter::tail::SourceState state;
  state.source = "bot";
  state.counts.lines = 5;
  registry.restore({state});
  REQUIRE(registry.unopened().size() == 1);

  const auto pipeline = registry.open("bot", {});
  REQUIRE(pipeline->snapshot().state.counts.lines == 5);
  REQUIRE(registry.unopened().empty());
  REQUIRE(registry.open("bot", {}) == pipeline);
  REQUIRE(registry.find("bot") == pipeline);

  registry.close("bot");
  REQUIRE(registry.find("bot") == nullptr);
  REQUIRE(registry.open("bot", {})->snapshot().state.counts.lines == 0);
}

TEST_CASE("what was durable of sources that are not opened is kept until it is forgotten") {
  const tests::FakeClock clock;
  Registry registry(clock);
  exporter::tail::SourceState state;
  state.source = "bot";
  registry.restore({state});
  registry.forget_unopened([](const std::string& source) { return source == "other"; });
  REQUIRE(registry.unopened().size() == 1);
  registry.forget_unopened([](const std::string& source) { return source == "bot"; });
  REQUIRE(registry.unopened().empty());
}

TEST_CASE("sources that were found are distinguished from those that are configured") {
  const tests::FakeClock clock;
  Registry registry(clock);
  registry.open("redis", {}, Registry::Origin::found);
  registry.open("bot", {}, Registry::Origin::found);
  registry.open("file", {});
  REQUIRE(registry.found() == std::vector<std::string>{"bot", "redis"});
  registry.close("redis");
  registry.open("bot", {});
  REQUIRE(registry.found().empty());
}
