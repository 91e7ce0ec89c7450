#include "exporter/collector_registry.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/exporter/fake_collector.h"

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
  base::SystemClock clock;
  std::shared_ptr<tests::CollectorState> quick = std::make_shared<tests::CollectorState>();
  std::shared_ptr<tests::CollectorState> other = std::make_shared<tests::CollectorState>();
  exporter::CollectorRegistry registry{clock};

  base::Deadline soon() const { return base::Deadline::after(clock, 30s); }
  void add(const std::string& name, const std::shared_ptr<tests::CollectorState>& state,
           exporter::Timing timing = {1h, 1h, 0s}) {
    registry.add(tests::fake_runner(name, state, timing, clock));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the page holds every collector's facts and how it fares") {
  add("quick", quick);
  other->error = "broken";
  add("other", other);
  REQUIRE(registry.refresh({}, soon()).size() == 2);
  const auto page = registry.page();
  REQUIRE_THAT(page, Contains("salus_collector_success{collector=\"quick\"} 1\n"));
  REQUIRE_THAT(page, Contains("salus_collector_success{collector=\"other\"} 0\n"));
  REQUIRE_THAT(page, Contains("salus_collector_duration_seconds{collector=\"other\"}"));
  REQUIRE_THAT(page, Contains("salus_collector_last_run_timestamp_seconds{collector=\"other\"}"));
  REQUIRE_THAT(page, Contains("fake_runs{collector=\"quick\"}"));
  REQUIRE_THAT(page, !Contains("fake_runs{collector=\"other\"}"));
}

TEST_CASE_METHOD(Fixture, "a collector that hangs in its first run is shown as failing, the others go on") {
  other->hold();
  add("other", other, {1h, 0s, 0s});
  add("quick", quick);
  other->wait_begun(1);
  const auto refreshed = registry.refresh({"quick"}, soon());
  REQUIRE(refreshed.size() == 1);
  REQUIRE(refreshed[0].outcome.success);
  const auto page = registry.page();
  REQUIRE_THAT(page, Contains("salus_collector_success{collector=\"other\"} 0\n"));
  REQUIRE_THAT(page, Contains("salus_collector_duration_seconds{collector=\"other\"}"));
  REQUIRE_THAT(page, !Contains("salus_collector_last_run_timestamp_seconds{collector=\"other\"}"));
  REQUIRE_THAT(page, Contains("fake_runs{collector=\"quick\"}"));
  REQUIRE(registry.warm());
  other->release();
}

TEST_CASE_METHOD(Fixture, "a refresh answers for each collector it was asked for, late ones too") {
  add("quick", quick);
  add("other", other);
  REQUIRE(registry.refresh({}, soon()).size() == 2);
  other->hold();
  const auto refreshed = registry.refresh({}, base::Deadline::after(clock, 0s));
  REQUIRE(refreshed.size() == 2);
  REQUIRE(refreshed[1].collector == "other");
  REQUIRE_FALSE(refreshed[1].outcome.success);
  REQUIRE(refreshed[1].outcome.error == "the run did not end in time");
  other->release();
  REQUIRE(registry.refresh({"other"}, soon())[0].outcome.success);
}

TEST_CASE_METHOD(Fixture, "stopping reports which collectors hang") {
  add("quick", quick);
  add("other", other);
  REQUIRE(registry.refresh({}, soon()).size() == 2);
  other->hold();
  registry.refresh({"other"}, base::Deadline::after(clock, 0s));
  other->wait_begun(2);
  const auto hanging = exporter::stop(registry.runners(), base::Deadline::after(clock, 0s));
  REQUIRE(std::ranges::find(hanging, registry.find("other")) != hanging.end());
  other->release();
  REQUIRE(exporter::stop(registry.runners(), soon()).empty());
}

TEST_CASE_METHOD(Fixture, "names are known or not") {
  add("quick", quick);
  REQUIRE(registry.has("quick"));
  REQUIRE_FALSE(registry.has("other"));
}
