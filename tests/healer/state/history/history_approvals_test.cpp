#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  std::uint64_t incident = open("a", kRedis);

  std::string ask(const std::string& description = "restart it") {
    const std::string id = approval_id(incident, history.incident(incident)->questions + 1);
    tell(ApprovalAsked{id, incident, incident_id(incident) + "/1", "restart_container", 0,
                       "container_restart", kRedis, description, Refusal::kApproval, 30min});
    return id;
  }
  void answer(const std::string& id, ApprovalAnswered::Answer answer) {
    tell(ApprovalAnswered{id, incident, answer, "ann", ""});
  }
  std::uint64_t recommend(const std::string& description = "restart it") {
    return tell(Recommended{.incident = incident,
                            .issue = "a",
                            .playbook = "restart_container",
                            .rung = 0,
                            .action_id = incident_id(incident) + "/1",
                            .action = "container_restart",
                            .target = kRedis,
                            .description = description,
                            .priority = 1});
  }
  Approval::State state_of(const std::string& id) { return history.approval(id)->state; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a question lives until it is answered, used, or moot") {
  using enum Approval::State;
  move(incident, State::kAccepted, State::kGated, Refusal::kApproval);
  const std::string id = ask();
  CHECK(history.live_approvals() == std::set{id});
  CHECK(history.approval(id)->expires_at == clock.now().wall + 30min);
  SECTION("its action starts") {
    answer(id, ApprovalAnswered::Answer::kApproved);
    CHECK(state_of(id) == kApproved);
    act(incident, State::kGated, kRedis);
    CHECK(state_of(id) == kUsed);
  }
  SECTION("its incident is over") {
    move(incident, State::kGated, State::kResolved);
    CHECK(state_of(id) == kWithdrawn);
  }
  SECTION("what was approved waits for another look") {
    answer(id, ApprovalAnswered::Answer::kApproved);
    move(incident, State::kGated, State::kVerifying);
    CHECK(state_of(id) == kApproved);
    move(incident, State::kVerifying, State::kProbation);
    move(incident, State::kProbation, State::kHealed);
    CHECK(state_of(id) == kWithdrawn);
  }
  SECTION("something else is asked") {
    const std::string other = ask("remove it");
    CHECK(state_of(id) == kWithdrawn);
    CHECK(history.live_approvals() == std::set{other});
    move(incident, State::kGated, State::kExhausted);
  }
  SECTION("no answer") {
    answer(id, ApprovalAnswered::Answer::kExpired);
    CHECK(state_of(id) == kExpired);
  }
  CHECK_FALSE(history.live_approvals().contains(id));
}

TEST_CASE_METHOD(Fixture, "answered questions are forgotten when there are many, waiting ones never") {
  const std::string first = ask();
  for (std::size_t i = 0; i <= History::kDecidedLimit; ++i) ask();
  CHECK(history.approval(first) == nullptr);
  CHECK(history.approvals().size() == History::kDecidedLimit + 1);
  CHECK(history.live_approvals().size() == 1);
}

TEST_CASE_METHOD(Fixture, "a recommendation remembers what became of it") {
  using enum Recommendation::Outcome;
  const auto number = recommend();
  CHECK(history.recommendation(number)->outcome == kOpen);
  move(incident, State::kAccepted, State::kGated, Refusal::kPaused);
  CHECK(history.recommendation(number)->outcome == kRefused);
  CHECK(history.recommendation(number)->refusal == Refusal::kPaused);
  SECTION("its action starts") {
    act(incident, State::kGated, kRedis);
    CHECK(history.recommendation(number)->outcome == kExecuted);
    CHECK_FALSE(history.recommendation(number)->refusal);
  }
  SECTION("it goes away by itself") {
    move(incident, State::kGated, State::kResolved);
    CHECK(history.recommendation(number)->outcome == kWithdrawn);
  }
  SECTION("another takes its place") {
    const auto next = recommend("remove it");
    CHECK(history.recommendation(number)->outcome == kWithdrawn);
    CHECK(history.recommendation(next)->outcome == kOpen);
  }
}

TEST_CASE_METHOD(Fixture, "the newest recommendations are remembered") {
  const auto first = recommend();
  for (std::size_t i = 0; i < History::kRecommendedLimit; ++i) recommend();
  CHECK(history.recommendation(first) == nullptr);
  CHECK(history.recommendations().size() == History::kRecommendedLimit);
}

TEST_CASE_METHOD(Fixture, "a dry run is counted as such and no attempt") {
  move(incident, State::kAccepted, State::kGated, Refusal::kDryRun);
  CHECK(history.decisions_total().at({"restart_container", "dry_run", ""}) == 1);
  CHECK(history.incident(incident)->dry_run);
  const Attempts* attempts = history.attempts(kRedis, "restart_container");
  CHECK((attempts == nullptr || attempts->at.empty()));
}
