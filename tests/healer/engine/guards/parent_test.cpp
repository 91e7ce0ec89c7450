#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

const Target kExchange{"container", "exchange"};
const Target kFeed{"container", "feed"};
const Target kExecutor{"container", "executor"};
const Target kShared{"container", "shared"};

struct Fixture : tests::Asking {
  Fixture() {
    add("exchange", "exchange", {});
    add("feed", "feed", {"exchange"});
    add("executor", "executor", {"feed"});
    add("ledger", "shared", {});
    add("quotes", "shared", {"exchange"});
  }
  void add(const std::string& name, const std::string& container, std::vector<std::string> depends_on) {
    config.inventory.subsystems.push_back({.name = name,
                                           .purpose = "",
                                           .trading = "critical",
                                           .cadence = "critical",
                                           .container = container,
                                           .depends_on = std::move(depends_on)});
  }
  std::uint64_t ill(const std::string& subsystem, const Target& target) {
    Labels labels{{"severity", "critical"}};
    if (!subsystem.empty()) labels["subsystem"] = subsystem;
    tell(AlertSeen{tests::alert(subsystem + target.name, labels)});
    return open(subsystem + target.name, target);
  }
  std::optional<guards::Refused> parent(std::uint64_t incident) { return ask(guards::parent, incident); }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "what depends on an unhealthy target, at any distance, waits until that is closed") {
  const auto exchange = ill("exchange", kExchange);
  const auto executor = ill("executor", kExecutor);
  CHECK_FALSE(parent(exchange));
  State before = State::kAccepted;
  for (const State state : {State::kIntent, State::kRunning, State::kVerifying, State::kProbation}) {
    REQUIRE(parent(executor));
    CHECK(parent(executor)->reason == Refusal::kParent);
    CHECK(parent(executor)->by == exchange);
    CHECK(parent(executor)->detail == "depends on exchange, which " + incident_id(exchange) + " heals first");
    move(exchange, before, state);
    before = state;
  }
  move(exchange, State::kProbation, State::kHealed);
  CHECK_FALSE(parent(executor));
}

TEST_CASE_METHOD(Fixture, "one that has waited is given a while to follow when its parent is healthy again") {
  const auto exchange = ill("exchange", kExchange);
  const auto feed = ill("feed", kFeed);
  tell(IncidentMoved{feed, State::kAccepted, State::kGated, Refusal::kParent, "", exchange});
  move(exchange, State::kAccepted, State::kResolved);
  REQUIRE(parent(feed));
  CHECK(parent(feed)->detail == "dependency exchange recovered; waiting 30s for its dependents to recover");
  CHECK(opens_after(config.guards.parent_settle, guards::parent, feed));
}

TEST_CASE_METHOD(
    Fixture,
    "a parent that waits for an operator holds its dependents until it is released or has recovered") {
  const auto exchange = ill("exchange", kExchange);
  const auto feed = ill("feed", kFeed);
  move(exchange, State::kAccepted, State::kExhausted);
  REQUIRE(parent(feed));
  CHECK(parent(feed)->detail ==
        "depends on exchange, where " + incident_id(exchange) + " waits for an operator's release");
  tell(IncidentMoved{feed, State::kAccepted, State::kGated, Refusal::kParent, "", exchange});
  if (GENERATE(true, false)) {
    tell(AlertSeen{tests::alert("exchangeexchange", {{"subsystem", "exchange"}}, false)});
  } else {
    move(exchange, State::kExhausted, State::kReleased);
  }
  CHECK_FALSE(parent(feed));
}

TEST_CASE_METHOD(Fixture,
                 "an incident has a cause of its own where one of its alerts is not caused by another") {
  ill("exchange", kExchange);
  const auto shared = ill("quotes", kShared);
  CHECK(parent(shared));
  tell(AlertSeen{tests::alert("second", {{"subsystem", GENERATE("ledger", "", "nonsense")}})});
  tell(AlertJoined{shared, "second", "ContainerDown"});
  CHECK_FALSE(parent(shared));
  // It ended: what is left is the parent's again.
  tell(AlertSeen{tests::alert("second", {{"subsystem", "ledger"}}, false)});
  CHECK(parent(shared));
}

TEST_CASE_METHOD(Fixture, "several alerts of one incident are explained by several parents") {
  add("model", "model", {});
  add("orders", "shared", {"model"});
  const auto shared = ill("quotes", kShared);
  tell(AlertSeen{tests::alert("second", {{"subsystem", "orders"}})});
  tell(AlertJoined{shared, "second", "ContainerDown"});
  const auto exchange = ill("exchange", kExchange);
  CHECK_FALSE(parent(shared));
  ill("model", {"container", "model"});
  REQUIRE(parent(shared));
  CHECK(parent(shared)->by == exchange);
}

TEST_CASE_METHOD(Fixture,
                 "containers that depend on each other in a circle do not wait for each other for ever") {
  add("matcher", "exchange", {"executor"});
  const auto executor = ill("executor", kExecutor);
  const auto feed = ill("feed", kFeed);
  REQUIRE(parent(executor));
  CHECK(parent(executor)->by == feed);
  // The matcher waits for the executor, which waits for the feed and the exchange: a newer one holds back no
  // older one.
  const auto matcher = ill("matcher", kExchange);
  CHECK_FALSE(parent(executor));
  CHECK_FALSE(parent(feed));
  REQUIRE(parent(matcher));
  CHECK(parent(matcher)->by == executor);
}

TEST_CASE_METHOD(Fixture, "in any circle one incident may act") {
  add("matcher", "exchange", {"executor"});
  std::vector<std::uint64_t> all;
  const int first = GENERATE(0, 1, 2);
  for (int i = 0; i < 3; ++i) {
    const int which = (first + i) % 3;
    all.push_back(which == 0   ? ill("executor", kExecutor)
                  : which == 1 ? ill("feed", kFeed)
                               : ill("matcher", kExchange));
  }
  CHECK(std::any_of(all.begin(), all.end(), [&](std::uint64_t number) { return !parent(number); }));
}

TEST_CASE_METHOD(Fixture, "a parent for which something is only recommended blocks no other") {
  const auto above = ill("exchange", kExchange);
  const auto below = ill("feed", kFeed);
  CHECK(parent(below));
  move(above, State::kAccepted, State::kGated, Refusal::kNotAutomatic);
  CHECK_FALSE(parent(below));
}
