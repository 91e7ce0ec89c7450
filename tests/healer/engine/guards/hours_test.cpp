#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Asking;

namespace {

std::vector<guards::Window> windows(std::string_view text) { return {guards::parse_window(text).value()}; }

struct Fixture : Asking {
  // A Wednesday.
  Fixture() { clock.set_wall(base::parse_rfc3339("2025-12-17T08:00:00Z").value()); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "quiet hours refuse until they are over, for all or for one playbook") {
  const auto incident = open("a", tests::kRedis);
  const bool of_all = GENERATE(true, false);
  (of_all ? config.guards.hours : playbook().hours).quiet = windows("Wed 08:00-09:30");
  CHECK(ask(guards::hours, incident)->reason == Refusal::kHours);
  CHECK(ask(guards::hours, incident)->detail == "quiet hours Wed 08:00-09:30 UTC");
  CHECK(opens_after(90min, guards::hours, incident));
}

TEST_CASE_METHOD(Fixture, "outside of the allowed hours nothing is disrupted") {
  const auto incident = open("a", tests::kRedis);
  playbook().hours.allowed = windows("Sat,Sun 00:00-24:00");
  CHECK(ask(guards::hours, incident)->detail == "outside of the allowed hours");
  CHECK(opens_after(64h, guards::hours, incident));
  clock.advance(48h - 1ns);
  CHECK_FALSE(ask(guards::hours, incident));
  clock.advance(1ns);
  CHECK(ask(guards::hours, incident));
}

TEST_CASE_METHOD(Fixture, "what disrupts nothing may be done at any hour") {
  const auto incident = open("a", tests::kRedis);
  config.guards.hours.quiet = windows("00:00-24:00");
  disruptive = false;
  CHECK_FALSE(ask(guards::hours, incident));
}
