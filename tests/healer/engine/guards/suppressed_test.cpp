#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using tests::Asking;
using tests::kRedis;

TEST_CASE_METHOD(Asking, "what Alertmanager holds is not healed, disruptive or not, and the reason is said") {
  const auto incident = open("a", kRedis);
  CHECK_FALSE(ask(guards::suppressed, incident));
  conditions.held = "silenced in Alertmanager: silence 1";
  disruptive = GENERATE(true, false);
  const auto refused = ask(guards::suppressed, incident);
  REQUIRE(refused);
  CHECK(refused->reason == Refusal::kSuppressed);
  CHECK(refused->detail == "silenced in Alertmanager: silence 1");
  CHECK_FALSE(refused->retry_at);
}

TEST_CASE_METHOD(Asking, "an operator's own run is not held by a silence") {
  const auto incident = tell(IncidentOpened{.playbook = "restart_container",
                                            .subsystem = "",
                                            .severity = "",
                                            .target = kRedis,
                                            .fingerprint = "",
                                            .alert_name = "",
                                            .alert_starts_at = clock.now().wall,
                                            .started_by = "ann"});
  conditions.held = "silenced in Alertmanager: silence 1";
  CHECK_FALSE(ask(guards::suppressed, incident));
}
