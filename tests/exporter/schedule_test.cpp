#include "exporter/schedule.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using exporter::Schedule;
using exporter::Timing;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Fixture {
  tests::FakeClock clock;
  Schedule schedule{Timing{seconds(5), seconds(3), seconds(1)}, clock.now().mono};

  base::MonoTime now() const { return clock.now().mono; }
  bool due() const { return !schedule.running() && schedule.due() <= now(); }
  void run(base::Duration length = milliseconds(10), bool success = true) {
    schedule.begin(clock.now());
    clock.advance(length);
    schedule.finish(now(), success, success ? "" : "broken");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the first run is due at once and the next an interval after its beginning") {
  REQUIRE(due());
  run(seconds(1));
  REQUIRE_FALSE(due());
  clock.advance(milliseconds(3999));
  REQUIRE_FALSE(due());
  clock.advance(milliseconds(1));
  REQUIRE(due());
}

TEST_CASE_METHOD(Fixture, "a run longer than its interval leaves the source some peace") {
  run(seconds(7));
  REQUIRE_FALSE(due());
  clock.advance(seconds(1));
  REQUIRE(due());
}

TEST_CASE_METHOD(Fixture, "a trigger makes a run due at once, but no more often than its gap") {
  run();
  schedule.trigger(now());
  REQUIRE_FALSE(due());
  clock.advance(milliseconds(990));
  REQUIRE(due());
  run();
  clock.advance(seconds(2));
  schedule.trigger(now());
  REQUIRE(due());
}

TEST_CASE_METHOD(Fixture, "a trigger during a run makes another one due after it") {
  schedule.begin(clock.now());
  clock.advance(seconds(2));
  schedule.trigger(now());
  schedule.finish(now(), true, "");
  clock.advance(seconds(1));
  REQUIRE(due());
}

TEST_CASE_METHOD(Fixture, "a request is answered by the next run to begin") {
  run();
  const auto wanted = schedule.request();
  REQUIRE(due());
  REQUIRE_FALSE(schedule.ended(wanted));
  run();
  REQUIRE(schedule.ended(wanted));
}

TEST_CASE_METHOD(
    Fixture, "a run already under way does not answer a request, and the one that does is due at its end") {
  schedule.begin(clock.now());
  const auto wanted = schedule.request();
  schedule.finish(now(), true, "");
  REQUIRE_FALSE(schedule.ended(wanted));
  REQUIRE(due());
  run();
  REQUIRE(schedule.ended(wanted));
}

TEST_CASE_METHOD(Fixture, "all who ask before a run begins share it") {
  run();
  const auto one = schedule.request();
  const auto other = schedule.request();
  REQUIRE(one == other);
  run();
  REQUIRE_FALSE(due());
}

TEST_CASE_METHOD(Fixture,
                 "runs that are requested keep a distance, also when there are requests all the time") {
  run();
  schedule.request();
  REQUIRE(due());
  run(milliseconds(100));
  const auto wanted = schedule.request();
  REQUIRE_FALSE(due());
  clock.advance(milliseconds(899));
  REQUIRE_FALSE(due());
  clock.advance(milliseconds(1));
  REQUIRE(due());
  run();
  REQUIRE(schedule.ended(wanted));
}

TEST_CASE("a collector whose interval is shorter is requested as often") {
  tests::FakeClock clock;
  Schedule schedule(Timing{milliseconds(100), seconds(3), milliseconds(10)}, clock.now().mono);
  schedule.request();
  schedule.begin(clock.now());
  schedule.finish(clock.now().mono, true, "");
  schedule.request();
  REQUIRE(schedule.due() == clock.now().mono + milliseconds(100));
}

TEST_CASE_METHOD(Fixture, "facts hold for three intervals from the beginning of the run that saw them") {
  REQUIRE_FALSE(schedule.facts_hold(now()));
  run(seconds(1));
  clock.advance(seconds(14));
  REQUIRE(schedule.facts_hold(now()));
  clock.advance(milliseconds(1));
  REQUIRE_FALSE(schedule.facts_hold(now()));
}

TEST_CASE_METHOD(Fixture, "a failed run changes the outcome but not the facts") {
  run();
  clock.advance(seconds(5));
  run(milliseconds(20), false);
  REQUIRE_FALSE(schedule.last()->success);
  REQUIRE(schedule.last()->error == "broken");
  REQUIRE(schedule.last()->duration == milliseconds(20));
  REQUIRE(schedule.facts_hold(now()));
  clock.advance(seconds(10));
  REQUIRE_FALSE(schedule.facts_hold(now()));
}

TEST_CASE_METHOD(Fixture, "a run past its deadline is overdue until it ends") {
  schedule.begin(clock.now());
  clock.advance(seconds(3));
  REQUIRE_FALSE(schedule.overdue(now()));
  clock.advance(milliseconds(1));
  REQUIRE(schedule.overdue(now()));
  REQUIRE(schedule.lasting(now()) == milliseconds(3001));
  schedule.finish(now(), true, "");
  REQUIRE_FALSE(schedule.overdue(now()));
  REQUIRE(schedule.lasting(now()) == seconds(0));
}

TEST_CASE_METHOD(Fixture,
                 "an outcome reports when its run began, and a wall clock that is set changes no deadline") {
  schedule.begin(clock.now());
  const auto began = clock.now().wall;
  clock.set_wall(began - std::chrono::hours(24));
  clock.advance(seconds(1));
  schedule.finish(now(), true, "");
  REQUIRE(schedule.last()->began == began);
  REQUIRE(schedule.last()->duration == seconds(1));
  REQUIRE(schedule.facts_hold(now()));
}

TEST_CASE_METHOD(Fixture, "a collector may be due before its interval has passed, but not at once") {
  schedule.begin(clock.now());
  schedule.finish(now(), true, "", now() + seconds(3));
  REQUIRE(schedule.due() == now() + seconds(3));
  clock.advance(seconds(3));
  schedule.begin(clock.now());
  schedule.finish(now(), true, "", now());
  REQUIRE(schedule.due() == now() + seconds(1));
  schedule.begin(clock.now());
  schedule.finish(now(), true, "", now() + seconds(30));
  REQUIRE(schedule.due() == now() + seconds(5));
}
