#include "healer/state/undo.h"

#include "healer/engine/planner.h"
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using Verdict = CheckInput::Verdict;

namespace {

// An incident whose action, the first of it, can be taken back, and is healed.
struct Fixture : DeciderFixture {
  Fixture() {
    list({});
    deliver(down());
    turn({ActionInput{.action_id = effects.runs.back().action_id,
                      .incident = effects.runs.back().incident,
                      .ok = true,
                      .detail = "moved aside",
                      .undo = Undo{"restore_original", R"({"path":"/srv/x"})"}}});
    heal();
    healed = newest().id;
  }
  void heal() {
    answer_check(Verdict::kHealthy);
    pass(config.playbooks[0].verify.healthy_for + 1s);
    answer_check(Verdict::kHealthy);
    deliver(down("quantum_redis", false));
    REQUIRE(state() == State::kHealed);
  }
  std::string undo(const std::string& action) { return operate(UndoAction{action}, "it was worse"); }
  std::string healed;
};

}  // namespace

TEST_CASE("an action's id names its incident and its count, and nothing else does") {
  CHECK(parse_action_id("INC-17/2").incident == 17);
  CHECK(parse_action_id("INC-17/2").count == 2);
  for (const char* wrong : {"", "INC-17", "INC-17/", "INC-17/0", "INC-17/x", "17/2", "INC-17/2/3"})
    CHECK(parse_action_id(wrong).incident == 0);
}

TEST_CASE("what restricts trading is undone for trading as a whole") {
  const Target container{"container", "quantum_exchange"};
  CHECK(undo_target({"resume_trading", "{}"}, container).key() == "trading/trading");
  CHECK(undo_target({"container_start", "{}"}, container) == container);
  CHECK(undo_of_interrupted("pause_trading") == Undo{"resume_trading", "{}"});
  CHECK_FALSE(undo_of_interrupted("close_all_positions"));
  CHECK_FALSE(undo_of_interrupted("disable_module"));
}

TEST_CASE_METHOD(Fixture, "an operator undoes an action: intended, run and looked at as any other") {
  REQUIRE(newest().undos.size() == 1);
  CHECK(newest().undos[0].action == "container_restart");
  CHECK(newest().undos[0].by == "restore_original");
  CHECK(undo(healed + "/1") == "");
  CHECK(newest().undoes == healed + "/1");
  CHECK(newest().started_by == "ann");
  const ActionRequest order = effects.runs.back();
  CHECK(order.action == "restore_original");
  REQUIRE(order.undo);
  CHECK(order.undo->parameters == R"({"path":"/srv/x"})");
  CHECK(order.target.name == "quantum_redis");
  CHECK(state() == State::kRunning);
  finish_action();
  CHECK_FALSE(effects.checks.back().verify.monitored);
  answer_check(Verdict::kHealthy);
  answer_check(Verdict::kHealthy);
  CHECK(state() == State::kHealed);
  const auto& first = decider->view()->incidents[1];
  CHECK(first.undos[0].undone);
  CHECK(first.undos[0].incident == newest().id);
  CHECK(first.timeline.back().what == "undone");
}

TEST_CASE_METHOD(Fixture, "undone twice it runs once, also over a restart") {
  REQUIRE(undo(healed + "/1") == "");
  const auto runs = effects.runs.size();
  CHECK(undo(healed + "/1") == "");
  finish_action();
  answer_check(Verdict::kHealthy);
  answer_check(Verdict::kHealthy);
  start();
  CHECK(undo(healed + "/1") == "");
  CHECK(effects.runs.size() == runs);
}

TEST_CASE_METHOD(Fixture, "what cannot be undone is reported") {
  CHECK_THAT(undo(healed + "/2"), Catch::Contains("unknown action"));
  CHECK_THAT(undo("INC-99999/1"), Catch::Contains("unknown action"));
  CHECK_THAT(undo("nonsense"), Catch::Contains("unknown action nonsense"));
  REQUIRE(undo(healed + "/1") == "");
  finish_action();
  CHECK_THAT(undo(newest().id + "/1"), Catch::Contains("cannot be undone"));
}

TEST_CASE_METHOD(Fixture,
                 "nothing is undone while healing is paused, nor where an operator must look first") {
  REQUIRE(operate(PauseHealing{1h}) == "");
  CHECK_THAT(undo(healed + "/1"), Catch::Contains("healing is paused"));
}

TEST_CASE_METHOD(
    Fixture,
    "what fails to undo it is tried again, then an operator is notified, then it may be requested again") {
  REQUIRE(undo(healed + "/1") == "");
  for (int i = 0; i < 3; ++i) finish_action(false);
  CHECK(state() == State::kExhausted);
  CHECK_THAT(undo(healed + "/1"), Catch::Matches(""));
  REQUIRE(operate(ReleaseIncident{newest().id}) == "");
  CHECK(undo(healed + "/1") == "");
  finish_action();
  CHECK(decider->view()->incidents[2].undos[0].undone);
}

TEST_CASE_METHOD(Fixture, "a healer that died while it took something back does it again") {
  REQUIRE(undo(healed + "/1") == "");
  start();
  list({});
  CHECK(effects.runs.back().action_id == newest().id + "/2");
  CHECK(effects.runs.back().undo.has_value());
}

TEST_CASE_METHOD(Fixture, "in a dry run nothing is undone") {
  config.undo.rungs.front().dry_run = true;
  decider->reconfigure(config);
  const auto runs = effects.runs.size();
  REQUIRE(undo(healed + "/1") == "");
  CHECK(effects.runs.size() == runs);
  CHECK(state() == State::kResolved);
  CHECK_THAT(effects.notices.back().title, Catch::Contains("would run"));
}

TEST_CASE("neither an alert nor an operator runs its playbook by name") {
  const Config config = tests::example_config();
  const auto request = read_request(tests::alert("a", {{"heal", "undo"}, {"alertname", "A"}}), config);
  CHECK(std::get<NotAllowed>(request).reason == Refusal::kNotAccepted);
  CHECK_FALSE(read_wish("undo", "quantum_redis", config));
}
