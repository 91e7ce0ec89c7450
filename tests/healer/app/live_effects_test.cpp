#include "healer/app/live_effects.h"

#include "tests/catch.h"
#include "tests/fakes/captured_log.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/example_view.h"
#include "tests/healer/fake_engine.h"

using healer::ActionInput;
using healer::ActionRequest;
using healer::CheckInput;
using healer::LiveEffects;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::FakeEngine engine;
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  healer::EventQueue events;
  healer::PendingReplies replies;
  std::shared_ptr<const healer::Setup> setup = configured("container_restart");
  LiveEffects effects{setup, events, replies, clock};

  std::shared_ptr<const healer::Setup> configured(const std::string& action) {
    const std::string text = fmt::format(
        "alertmanager_url: http://127.0.0.1:1\nprometheus_url: http://127.0.0.1:1\nexporter_url: "
        "http://127.0.0.1:1\n"
        "token_file: token\ndata_dir: data\ndocker_host: {}\npolicy: {{file: {}}}\n"
        "playbooks: [{{name: heal, accepts: [A], rungs: [{{action: {}}}]}}]\n",
        engine.host(), folder.file("policy.json"), action);
    base::yaml::Problems problems;
    auto made = healer::parse_setup(
        text, "subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]", clock,
        problems);
    REQUIRE(problems.str() == "");
    return made;
  }
  static ActionRequest order(const std::string& playbook = "heal") {
    return {.action_id = "INC-1/1",
            .incident = "INC-1",
            .playbook = playbook,
            .rung = 0,
            .action = "container_restart",
            .target = {"container", "quantum_redis"},
            .timeout = 20s};
  }
  template <class T>
  T next() {
    const auto inputs = events.take(clock.now().mono + 20s, {});
    REQUIRE(inputs.size() == 1);
    return std::get<T>(inputs[0]);
  }
};

}  // namespace

TEST_CASE("an action's outcome comes back by the mailbox") {
  Fixture with;
  CHECK(with.effects.describe(Fixture::order()) ==
        "restart container quantum_redis (its own stop timeout), unless it was started less than 10s ago");
  const tests::CapturedLog log;
  with.effects.run(Fixture::order());
  const auto input = with.next<ActionInput>();
  CHECK(log.has(
      "info",
      "[SELF-HEAL] Auto-executing: Restart container quantum_redis (its own stop timeout), unless it was "
      "started less than 10s ago"));
  CHECK(input.action_id == "INC-1/1");
  CHECK(input.incident == "INC-1");
  CHECK(input.ok);
  CHECK(input.detail == "restarted container quantum_redis");
  CHECK(with.engine.commands().size() == 1);
  CHECK(with.effects.action_durations().at("container_restart").sample_count == 1);
}

TEST_CASE("an action that fails says why") {
  Fixture with;
  with.engine.answer("restart", 404, "No such container");
  with.effects.run(Fixture::order());
  const auto input = with.next<ActionInput>();
  CHECK_FALSE(input.ok);
  CHECK_THAT(input.detail, Catch::Contains("No such container"));
}

TEST_CASE("an order for what is configured no more fails without doing anything") {
  Fixture with;
  CHECK(with.effects.describe(Fixture::order("gone")) == "container_restart on quantum_redis");
  with.effects.run(Fixture::order("gone"));
  const auto input = with.next<ActionInput>();
  CHECK_FALSE(input.ok);
  CHECK(input.detail == "playbook gone no longer has rung 1");
  CHECK(with.engine.commands().empty());
}

TEST_CASE("another configuration holds from the next order on") {
  Fixture with;
  with.effects.reconfigure(with.configured("container_stop"));
  with.effects.run(Fixture::order());
  CHECK(with.next<ActionInput>().ok);
  CHECK_THAT(with.engine.commands().at(0), Catch::StartsWith("stop "));
}

TEST_CASE("a check that cannot be made comes back as unknown") {
  Fixture with;
  healer::CheckRequest order;
  order.incident = "INC-1";
  order.round = 7;
  with.effects.check(order);
  const auto input = with.next<CheckInput>();
  CHECK(input.incident == "INC-1");
  CHECK(input.round == 7);
  CHECK(input.verdict == CheckInput::Verdict::kUnknown);
  CHECK_FALSE(input.detail.empty());
}

TEST_CASE("the policy is on disk when publish returns") {
  Fixture with;
  CHECK(with.effects.publish(tests::example_view().policy));
  CHECK_THAT(with.folder.read("policy.json"), Catch::Contains("defensive_exit"));
  CHECK(with.effects.policy_outputs().file_errors() == 0);
  CHECK(with.effects.policy_outputs().subscription().newest().sequence == 17);
}

TEST_CASE("answers reach their replies and notices their notifiers") {
  Fixture with;
  const auto ticket = with.replies.issue();
  with.effects.answer(ticket, base::fail("no"));
  CHECK(with.replies.wait(ticket, 0s)->error().message == "no");
  with.effects.notify(healer::Notice{});
  CHECK(with.effects.stop(10s));
  CHECK(with.effects.outbox().readings().at("log").counts.delivered == 1);
}

TEST_CASE("after a stop no action starts, and its order comes back as failed") {
  Fixture with;
  REQUIRE(with.effects.stop(10s));
  with.effects.run(Fixture::order());
  const auto input = with.next<ActionInput>();
  CHECK(input.action_id == "INC-1/1");
  CHECK(input.incident == "INC-1");
  CHECK_FALSE(input.ok);
  CHECK(input.detail == "not started: the healer is stopping");
  CHECK(with.engine.commands().empty());
}

TEST_CASE("a change of the policy is logged, and a renewal is not") {
  Fixture with;
  const tests::CapturedLog log;
  healer::PolicyDocument document = tests::example_view().policy;
  document.policy = healer::Policy::kAllowAll;
  REQUIRE(with.effects.publish(document));
  REQUIRE(with.effects.publish(document));
  CHECK(log.text().find("Safety policy changed") == std::string::npos);
  document.policy = healer::Policy::kNoNewTrades;
  REQUIRE(with.effects.publish(document));
  CHECK(log.has("warn", "[SELF-HEAL] Safety policy changed: allow_all → no_new_trades"));
}

TEST_CASE("maintenance waits until a page of metrics has announced its downtime") {
  Fixture with;
  with.effects.page_served({});
  ActionRequest order = Fixture::order();
  order.maintenance = GENERATE(true, false);
  with.effects.run(order);
  if (order.maintenance) {
    CHECK(with.events.take(with.clock.now().mono + 200ms, {}).empty());
    CHECK(with.engine.commands().empty());
    healer::View view;
    view.incidents.emplace_back();
    view.incidents.back().id = "INC-1";
    view.incidents.back().state = healer::State::kRunning;
    with.effects.page_served(view);
  }
  CHECK(with.next<ActionInput>().ok);
}

TEST_CASE("maintenance does not wait for pages that no one requests") {
  Fixture with;
  ActionRequest order = Fixture::order();
  order.maintenance = true;
  const base::MonoTime begin = with.clock.now().mono;
  with.effects.run(order);
  CHECK(with.next<ActionInput>().ok);
  CHECK(with.clock.now().mono - begin < 5s);
}
