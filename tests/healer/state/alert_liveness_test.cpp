#include "healer/state/alert_liveness.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::FakeClock clock;
  AlertLiveness sightings;
  Alert a = tests::alert("a", {{"heal", "restart_container"}});

  // What of "a", which is remembered to be firing, ended.
  bool ended(std::vector<Alert> alerts, bool alive = true, std::vector<std::string> muted = {}) {
    return !sightings
                .compare({.alerts = std::move(alerts),
                          .whole = true,
                          .held = tests::silenced(muted),
                          .asked_at = clock.now().mono},
                         alive, {"a"})
                .empty();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what only the journal remembers is not confirmed until a source reports it") {
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
  SECTION("a delivery") { sightings.observe(a, clock.now().mono); }
  SECTION("a list") { ended({a}, GENERATE(true, false)); }
  CHECK(sightings.is_confirmed_firing("a"));
}

TEST_CASE_METHOD(Fixture, "what is silenced does not stand, and has not ended however long it takes") {
  sightings.observe(a, clock.now().mono);
  for (int i = 0; i < 10; ++i) {
    clock.advance(1min);
    CHECK_FALSE(ended({}, true, {"a"}));
    CHECK_FALSE(sightings.is_confirmed_firing("a"));
  }
  ended({a});
  CHECK(sightings.is_confirmed_firing("a"));
}

TEST_CASE_METHOD(Fixture, "what is missing does not stand, and has ended after two minutes of it") {
  sightings.observe(a, clock.now().mono);
  clock.advance(1s);
  CHECK_FALSE(ended({}));
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
  clock.advance(AlertLiveness::kMissingEnds - 1ns);
  CHECK_FALSE(ended({}));
  clock.advance(1ns);
  CHECK(ended({}));
}

TEST_CASE_METHOD(Fixture,
                 "an absence is counted again when the alert was there meanwhile, or no source could know") {
  ended({});
  clock.advance(90s);
  const int interruption = GENERATE(0, 1, 2);
  if (interruption == 0) ended({a});
  if (interruption == 1) sightings.observe(a, clock.now().mono);
  if (interruption == 2) ended({}, false);
  clock.advance(60s);
  CHECK_FALSE(ended({}));
  clock.advance(AlertLiveness::kMissingEnds);
  CHECK(ended({}));
}

TEST_CASE_METHOD(Fixture, "a list that was asked for before a delivery says nothing against it") {
  AlertsInput list{.alerts = {}, .whole = true, .asked_at = clock.now().mono};
  clock.advance(1s);
  sightings.observe(a, clock.now().mono);
  sightings.compare(list, true, {"a"});
  CHECK(sightings.is_confirmed_firing("a"));
}

TEST_CASE_METHOD(Fixture, "a list without a live Watchdog proves no absence") {
  sightings.observe(a, clock.now().mono);
  clock.advance(1s);
  CHECK_FALSE(ended({}, false));
  CHECK(sightings.is_confirmed_firing("a"));
}

TEST_CASE_METHOD(Fixture, "why an alert is held is known until it is not") {
  CHECK(sightings.held("a").empty());
  ended({}, true, {"a"});
  CHECK(sightings.held("a") == "silenced");
  // A policy that it demands is in the list as well.
  ended({a}, true, {"a"});
  CHECK(sightings.held("a") == "silenced");
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
  SECTION("it is listed again") { ended({a}); }
  SECTION("it is delivered") { sightings.observe(a, clock.now().mono); }
  SECTION("it is gone") { ended({}); }
  CHECK(sightings.held("a").empty());
}

TEST_CASE_METHOD(Fixture, "a delivery after a list was asked for outweighs what the list holds") {
  AlertsInput list{.alerts = {}, .whole = true, .held = {{"a", "silenced"}}, .asked_at = clock.now().mono};
  clock.advance(1s);
  sightings.observe(a, clock.now().mono);
  sightings.compare(list, true, {"a"});
  CHECK(sightings.is_confirmed_firing("a"));
  list.asked_at = clock.now().mono + 1s;
  sightings.compare(list, true, {"a"});
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
}

TEST_CASE_METHOD(Fixture, "how recently an alert was reported can be asked for") {
  sightings.observe(a, clock.now().mono);
  clock.advance(10s);
  CHECK(sightings.is_confirmed_firing("a", clock.now().mono - 10s));
  CHECK_FALSE(sightings.is_confirmed_firing("a", clock.now().mono - 9s));
  ended({a});
  CHECK(sightings.is_confirmed_firing("a", clock.now().mono));
}

TEST_CASE_METHOD(Fixture,
                 "where mutes are not shown, only a recent delivery proves that an alert is not muted") {
  const auto listed = [&] {
    AlertsInput list{.alerts = {a}, .whole = true, .asked_at = clock.now().mono};
    list.deliveries_only = true;
    sightings.compare(list, true, {"a"});
  };
  listed();
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
  CHECK_FALSE(sightings.held("a").empty());
  sightings.observe(a, clock.now().mono);
  CHECK(sightings.is_confirmed_firing("a"));
  clock.advance(AlertLiveness::kDeliveryProves);
  listed();
  CHECK(sightings.is_confirmed_firing("a"));
  clock.advance(1s);
  listed();
  CHECK_FALSE(sightings.is_confirmed_firing("a"));
}
