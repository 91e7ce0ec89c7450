#include "exporter/collectors/containers/container_counters.h"

#include "tests/catch.h"
#include "tests/exporter/fake_engine.h"

using base::docker::Container;
using exporter::collectors::ContainerCounters;

namespace {

base::WallTime at(int second) { return base::WallTime(std::chrono::seconds(1000 + second)); }

struct Fixture {
  ContainerCounters counters;

  void event(const std::string& action, int second, const std::string& id = "a",
             const std::string& name = "bot") {
    counters.apply({.time = at(second), .action = action, .id = id, .name = name, .attributes = {}});
  }
  void look(int started, std::int64_t restart_count = 0, const std::string& id = "a") {
    counters.look({container(started, restart_count, id)}, {});
  }
  static Container container(int started, std::int64_t restart_count = 0, const std::string& id = "a") {
    Container container = tests::running_container(id, "bot");
    container.started = at(started);
    container.restart_count = restart_count;
    return container;
  }
  std::uint64_t restarts() const { return counters.of("bot").restarts; }
  std::uint64_t oom_kills() const { return counters.of("bot").oom_kills; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an unknown name has had no restart") {
  REQUIRE(restarts() == 0);
  REQUIRE(oom_kills() == 0);
}

TEST_CASE_METHOD(Fixture, "the first start of a new container is no restart, each later one is") {
  counters.connected(at(0));
  event("create", 1);
  event("start", 2);
  REQUIRE(restarts() == 0);
  event("die", 3);
  event("start", 4);
  event("die", 5);
  event("start", 6);
  REQUIRE(restarts() == 2);
}

TEST_CASE_METHOD(Fixture, "a container that ran before the exporter came is restarted by its next start") {
  counters.connected(at(10));
  look(1, 7);
  REQUIRE(restarts() == 0);
  event("start", 12);
  REQUIRE(restarts() == 1);
}

TEST_CASE_METHOD(Fixture, "a container that dies before it was first looked at had run before") {
  counters.connected(at(10));
  event("die", 11);
  event("start", 12);
  REQUIRE(restarts() == 1);
}

TEST_CASE_METHOD(Fixture, "a start is counted once, whether its event or the look comes first") {
  counters.connected(at(10));
  look(1);
  SECTION("the event") {
    event("start", 12);
    look(11);
  }
  SECTION("the look") {
    look(11);
    event("start", 12);
  }
  REQUIRE(restarts() == 1);
  look(11);
  REQUIRE(restarts() == 1);
}

TEST_CASE_METHOD(Fixture, "a restart while the events stream was down is made up for") {
  counters.connected(at(10));
  look(1);
  counters.disconnected();
  look(15);
  REQUIRE(restarts() == 0);
  counters.connected(at(20));
  look(15);
  REQUIRE(restarts() == 1);
  look(15);
  REQUIRE(restarts() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "the restart policy's own count reports several restarts while the stream was down") {
  counters.connected(at(10));
  look(1, 2);
  event("start", 12);
  look(11, 3);
  counters.disconnected();
  counters.connected(at(20));
  look(18, 7);
  REQUIRE(restarts() == 1 + 4);
}

TEST_CASE_METHOD(
    Fixture,
    "a restart by hand while the stream was down counts once though the policy's count is back at 0") {
  counters.connected(at(10));
  look(1, 5);
  counters.disconnected();
  counters.connected(at(20));
  look(18, 0);
  REQUIRE(restarts() == 1);
}

TEST_CASE_METHOD(Fixture, "a new container under an old name keeps the name's count and starts afresh") {
  counters.connected(at(0));
  event("start", 1);
  event("start", 2);
  look(2);
  event("destroy", 3);
  event("create", 4, "b");
  event("start", 5, "b");
  look(5, 0, "b");
  REQUIRE(restarts() == 1);
  event("start", 6, "b");
  REQUIRE(restarts() == 2);
}

TEST_CASE_METHOD(Fixture, "an event reported by two streams is counted once") {
  counters.connected(at(0));
  look(-5);
  event("start", 1);
  event("start", 1);
  event("oom", 2);
  event("oom", 2);
  REQUIRE(restarts() == 1);
  REQUIRE(oom_kills() == 1);
}

TEST_CASE_METHOD(Fixture, "an OOM kill is counted by its event, or made up for when the stream was down") {
  counters.connected(at(10));
  look(1);
  event("oom", 11);
  event("die", 12);
  REQUIRE(oom_kills() == 1);

  auto killed = container(13);
  killed.oom_killed = true;
  killed.finished = at(11);
  counters.disconnected();
  counters.connected(at(20));
  counters.look({killed}, {});
  REQUIRE(oom_kills() == 1);

  killed.finished = at(19);
  counters.look({killed}, {});
  counters.look({killed}, {});
  REQUIRE(oom_kills() == 2);
}

TEST_CASE_METHOD(Fixture, "an OOM kill from before the exporter's time is not counted") {
  auto killed = container(1);
  killed.oom_killed = true;
  killed.finished = at(2);
  counters.connected(at(10));
  counters.look({killed}, {});
  counters.look({killed}, {});
  REQUIRE(oom_kills() == 0);
}

TEST_CASE_METHOD(Fixture, "names that are gone are forgotten unless they are to be kept") {
  counters.connected(at(0));
  look(-5);
  event("start", 1);
  event("start", 1, "b", "other");
  event("start", 2, "b", "other");
  counters.look({}, {"bot"});
  REQUIRE(counters.of("bot").restarts == 1);
  REQUIRE(counters.of("other").restarts == 0);
}
