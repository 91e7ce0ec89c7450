// What the decider does about very many alerts: in turns of bounded length, and a policy is never behind
// them.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using tests::DeciderFixture;

namespace {

struct Crowd : DeciderFixture {
  static constexpr std::size_t kAlerts = 1700;

  // Alerts for one target.
  static std::vector<Alert> crowd(const std::string& container) {
    std::vector<Alert> alerts;
    for (std::size_t i = 0; i < kAlerts; ++i) {
      alerts.push_back(down(container));
      alerts.back().fingerprint = std::to_string(i);
    }
    return alerts;
  }
  // A piece of a body.
  base::MonoTime bring(const std::vector<Alert>& alerts, std::uint64_t body = 0, bool more = false) {
    REQUIRE(decider->alerts().accept(alerts, AlertStore::Source::kWebhook));
    return turn({AlertsInput{.alerts = alerts, .body = body, .more = more}});
  }
  template <class Fact>
  std::size_t records() const {
    return static_cast<std::size_t>(std::ranges::count_if(journal.entries(), [](const Entry& entry) {
      return std::holds_alternative<Fact>(entry.record.fact);
    }));
  }
};

}  // namespace

TEST_CASE_METHOD(Crowd,
                 "a crowd is answered in several turns, and a policy that comes meanwhile goes first") {
  const base::MonoTime now = clock.now().mono;
  CHECK(bring(crowd("quantum_nowhere")) <= now);
  const std::size_t answered = records<AlertRefused>();
  CHECK(answered > 0);
  CHECK(answered < kAlerts / 2);

  bring({tests::alert("p", {{"policy", "defensive_exit"}})});
  CHECK(policy() == Policy::kDefensiveExit);
  CHECK(records<AlertRefused>() < kAlerts);

  int turns = 0;
  while (turn() <= now) REQUIRE(++turns < 20);
  CHECK(records<AlertRefused>() == kAlerts);
}

TEST_CASE_METHOD(Crowd, "a crowd joins one incident, which is acted on when all of it is known") {
  const base::MonoTime now = clock.now().mono;
  bring(crowd("quantum_redis"));
  CHECK(effects.runs.empty());
  int turns = 0;
  while (turn() <= now) REQUIRE(++turns < 20);
  CHECK(records<IncidentOpened>() == 1);
  CHECK(records<AlertJoined>() == kAlerts - 1);
  CHECK(newest().firings == static_cast<int>(kAlerts));
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(
    Crowd, "no incident is opened before a body that comes in pieces is complete; its policy holds at once") {
  bring({}, 7, true);
  bring({down("quantum_redis")}, 7, true);
  bring({tests::alert("p", {{"policy", "defensive_exit"}})}, 7, true);
  CHECK(policy() == Policy::kDefensiveExit);
  // Nor by another one, which does not know how many targets are in trouble either.
  bring({down("quantum_trading_bot")});
  CHECK(records<IncidentOpened>() == 0);
  bring({}, 7);
  CHECK(records<IncidentOpened>() == 2);
}
