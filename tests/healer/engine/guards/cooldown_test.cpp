#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Asking;
using tests::kRedis;

TEST_CASE_METHOD(Asking, "a cooldown grows with each incident that acts on the target, up to its limit") {
  playbook().cooldown = 1min;
  playbook().cooldown_max = 5min;
  for (const auto& [pause, words] :
       std::vector<std::pair<base::Duration, std::string>>{{1min, ""},
                                                           {2min, ", 2 incidents in a row"},
                                                           {4min, ", 3 incidents in a row"},
                                                           {5min, ", 4 incidents in a row"}}) {
    const auto last = heal("a", kRedis);
    const auto next = open("b", kRedis);
    REQUIRE(ask(guards::cooldown, next));
    CHECK(ask(guards::cooldown, next)->reason == Refusal::kCooldown);
    CHECK(ask(guards::cooldown, next)->detail ==
          std::to_string(pause / 1min) + "m after " + incident_id(last) + words);
    CHECK(opens_after(pause, guards::cooldown, next));
    move(next, State::kAccepted, State::kResolved);
  }
}

TEST_CASE_METHOD(Asking,
                 "sustained health sets the cooldown back, what is unhealthy in between is no health") {
  playbook().cooldown = 40min;
  playbook().cooldown_max = 80min;
  playbook().cooldown_reset = 30min;
  heal("a", kRedis);
  clock.advance(1min);
  heal("b", kRedis);
  const bool well = GENERATE(true, false);
  if (!well) {
    clock.advance(15min);
    move(open("c", kRedis), State::kAccepted, State::kResolved);
    clock.advance(15min);
  } else {
    clock.advance(30min);
  }
  const auto next = open("d", kRedis);
  CHECK(opens_after(well ? 10min : 50min, guards::cooldown, next));
}

TEST_CASE_METHOD(Asking, "a factor of one is no backoff, and an operator's release starts again") {
  playbook().cooldown_factor = 1;
  heal("a", kRedis);
  const auto second = heal("b", kRedis);
  const auto next = open("c", kRedis);
  CHECK(ask(guards::cooldown, next)->retry_at == clock.now().mono + playbook().cooldown);
  tell(OperatorActed{.verb = OperatorActed::Verb::kRelease,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = second,
                     .policy = {}});
  CHECK_FALSE(ask(guards::cooldown, next));
}

TEST_CASE_METHOD(tests::Asking,
                 "what prepares and disrupts nothing waits for no cooldown, and for no other on its target") {
  heal("a", tests::kRedis);
  const auto acting = open("b", tests::kRedis);
  act(acting, State::kAccepted, tests::kRedis);
  const auto incident = open("c", tests::kRedis);
  CHECK(ask(guards::cooldown, incident));
  CHECK(ask(guards::target_busy, incident));
  playbook().rungs[0].prepares = true;
  CHECK(ask(guards::cooldown, incident));
  CHECK(ask(guards::target_busy, incident));
  disruptive = false;
  CHECK_FALSE(ask(guards::cooldown, incident));
  CHECK_FALSE(ask(guards::target_busy, incident));
}
